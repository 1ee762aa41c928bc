// The kind of tax id follows the country, until the buyer has chosen one. Who has to give a tax id
// may live where there are none.

import type { Fields } from "./fields";

const COUNTRIES = ["billingCountry", "shippingCountry", "sameAddress"];

export function startTaxIdType(fields: Fields): void {
  const types = document.getElementById("taxIdType");
  if (!(types instanceof HTMLSelectElement)) return;
  let chosen = false;
  types.addEventListener("input", () => (chosen = true));
  const follow = (): void => {
    const country = fields.value(fields.value("sameAddress") === "" ? "billingCountry" : "shippingCountry");
    const fitting = Array.from(types.options).filter((type) => isOf(type, country));
    const first = fitting.find((type) => type.value === "eu_vat") ?? fitting[0];
    if (!chosen && first !== undefined) types.value = first.value;
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
