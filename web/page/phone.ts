// The phone number, with the code of a country: that of the address until the buyer has said more.

import { required } from "./dom";
import type { Fields } from "./fields";

const COUNTRIES = ["shippingCountry", "billingCountry"];

/** The list names countries; what is seen of it while it is closed is short, as "DE +49". */
export function startPhone(fields: Fields): void {
  const list = listOfCodes();
  if (list === null) return;
  let chosen = false;
  const number = required("#phoneNumber", HTMLInputElement);
  const show = (): void => {
    const closed = list.parentElement;
    if (closed !== null) closed.dataset["shown"] = `${list.value} +${chosenCode()}`;
    number.placeholder = list.selectedOptions[0]?.dataset["example"] ?? "";
  };
  list.addEventListener("input", () => (chosen = true));
  fields.onInput(({ target }) => {
    // A number that stands there is one of the country beside it.
    const free = !chosen && fields.value("phoneNumber") === "";
    if (free && target instanceof HTMLSelectElement && COUNTRIES.includes(target.id)) {
      follow(list, target.value);
    }
    show();
  });
  show();
}

/** The digits after the plus in the chosen entry of the list, "Germany +49". */
export function chosenCode(): string {
  return listOfCodes()?.selectedOptions[0]?.textContent?.split("+")[1]?.trim() ?? "";
}

function follow(list: HTMLSelectElement, country: string): void {
  const known = Array.from(list.options).some(({ value }) => value === country);
  if (known) list.value = country;
}

function listOfCodes(): HTMLSelectElement | null {
  return document.querySelector<HTMLSelectElement>("#phoneCountry");
}
