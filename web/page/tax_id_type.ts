// The kind of tax id follows the country, until the buyer has chosen one. Who has to give a tax id
// may live where there are none.

import type { Fields } from "./fields";

const COUNTRIES = ["billingCountry", "shippingCountry", "sameAddress"];

export function startTaxIdType(fields: Fields): void {
  const types = document.getElementById("taxIdType");
  const id = document.getElementById("taxId");
  if (!(types instanceof HTMLSelectElement) || !(id instanceof HTMLInputElement)) return;
  /** What was typed as each kind: one country's id is none in another, until the buyer is back. */
  const typed = new Map<string, string>();
  let chosen = false;
  // Who chooses the kind may well do it because of what they have typed already: that stays.
  types.addEventListener("input", () => (chosen = true));
  const become = (type: string): void => {
    if (types.value === type) return;
    typed.set(types.value, id.value);
    types.value = type;
    id.value = typed.get(type) ?? "";
    id.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const follow = (): void => {
    const country = fields.value(fields.value("sameAddress") === "" ? "billingCountry" : "shippingCountry");
    const fitting = Array.from(types.options).filter((type) => isOf(type, country));
    const first = fitting.find((type) => type.value === "eu_vat") ?? fitting[0];
    const fits = fitting.some((type) => type.value === types.value);
    const kept = fits && id.value !== "";
    if (!chosen && !kept && first !== undefined) become(first.value);
    if (document.getElementById("purchasingAsBusiness") === null) require(first !== undefined);
  };
  follow();
  fields.onInput(({ target }) => {
    if (target instanceof HTMLElement && COUNTRIES.includes(target.id)) follow();
  });
}

function isOf(type: HTMLOptionElement, country: string): boolean {
  return (type.dataset["countries"] ?? "").split(" ").includes(country);
}

function require(needed: boolean): void {
  const fields = document.querySelectorAll<HTMLInputElement>("#taxId-fieldset input");
  for (const field of fields) field.required = needed;
}
