// The phone number, with the code of the country that was chosen for it.

/** The digits after the plus in the chosen entry of the list, "DE +49". */
export function chosenCode(): string {
  const list = document.querySelector<HTMLSelectElement>("#phoneCountry");
  return list?.selectedOptions[0]?.textContent?.split("+")[1]?.trim() ?? "";
}
