// Asks for a postal code only where card checks use one, under the name that it has there.

import { required } from "./dom";
import type { SessionData } from "./session_data";

export function startPostalCode(data: SessionData): void {
  if (document.querySelector(".PostalCode") === null) return;
  const country = required("#billingCountry", HTMLSelectElement);
  const input = required("#billingPostalCode", HTMLInputElement);
  const row = required(".PostalCode", HTMLElement);

  const follow = () => {
    const label = country.value === "US" ? data.messages.zip : data.messages.postalCode;
    const needed = data.postalCodeCountries.includes(country.value);
    row.classList.toggle("PostalCode--unneeded", !needed);
    input.placeholder = label;
    input.setAttribute("aria-label", label);
    input.inputMode = country.value === "US" ? "numeric" : "text";
    if (!needed) input.value = "";
  };

  follow();
  country.addEventListener("input", follow);
}
