// Tax follows the address: as soon as it says enough, the server is asked for the new sums.

import { addressForm, fieldOf, type Purpose } from "./address_fields";
import { announce } from "./dom";
import type { Fields } from "./fields";
import { Refused } from "./http";
import { fill, type SessionData } from "./session_data";
import type { Summary } from "./summary";

/** Where the country alone does not say which tax holds, and when its postal code is complete. */
const POSTAL_CODES: Readonly<Record<string, RegExp>> = {
  US: /^[0-9]{5}(-?[0-9]{4})?$/,
  CA: /^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$/i,
};

export function startTax(data: SessionData, summary: Summary, fields: Fields): void {
  const purpose = fields.value("shippingCountry") === "" ? "billing" : "shipping";
  const value = (name: string): string => fields.value(name);
  let asked = "";
  const ask = (form: Record<string, string>): void => {
    const body = new URLSearchParams({ ...form, ...taxIdForm(value) });
    if (body.toString() === asked) return;
    asked = body.toString();
    const before = summary.totalText;
    const tell = (): void => {
      const total = summary.totalText;
      if (total !== before) announce(fill(data.messages.totalNow, { total }));
    };
    summary.change("tax", body).then(tell, (error: unknown) => {
      asked = "";
      const text = error instanceof Refused ? error.message : data.messages.connectionFailed;
      const about = error instanceof Refused && error.param !== null ? fieldOf(error.param) : null;
      fields.refuse(about ?? `${purpose}PostalCode`, text);
    });
  };
  const opened = addressForm(value, purpose);
  let place = placeIn(opened, purpose);
  let country = value(`${purpose}Country`);
  let known = saysEnough(opened, purpose);
  // What the form begins with may be enough: nobody has to touch it to see what they will pay.
  if (known && document.querySelector(".OrderDetails-pending") !== null) ask(opened);
  fields.onInput((event) => {
    if (!concerns(event, purpose)) return;
    const form = addressForm(value, purpose);
    const enough = saysEnough(form, purpose);
    // The tax of another place must not stay: an address that says too little takes it away.
    const left = known || form[`${purpose}Country`] !== country;
    if (placeIn(form, purpose) === place || !(enough || left)) return;
    place = placeIn(form, purpose);
    country = form[`${purpose}Country`] ?? "";
    known = enough;
    ask(form);
  });
  // The rest of an address may move the tax as well; it says so once it is whole.
  fields.onChange((event) => {
    const moved = concerns(event, purpose) && fields.completeIn(purpose);
    const changed = concerns(event, "taxId") || concerns(event, "purchasingAsBusiness");
    if (moved || (changed && fields.completeIn("taxId"))) ask(addressForm(value, purpose));
  });
}

/** Of a business alone, and once it is whole: a tax id may move the tax as well. */
function taxIdForm(value: (name: string) => string): Record<string, string> {
  const names = ["purchasingAsBusiness", "taxIdType", "taxId"];
  if (value("purchasingAsBusiness") === "") return {};
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function concerns(event: Event, begin: string): boolean {
  return event.target instanceof HTMLElement && event.target.id.startsWith(begin);
}

function placeIn(form: Record<string, string>, purpose: Purpose): string {
  return ["Country", "AdministrativeArea", "PostalCode"].map((end) => form[purpose + end]).join();
}

function saysEnough(form: Record<string, string>, purpose: Purpose): boolean {
  const country = form[`${purpose}Country`] ?? "";
  return POSTAL_CODES[country]?.test(form[`${purpose}PostalCode`] ?? "") !== false;
}
