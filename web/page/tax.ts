// Tax follows the address: as soon as it says enough, the server is asked for the new sums.

import { addressForm, type Purpose } from "./address_fields";
import type { Fields } from "./fields";
import { Refused } from "./http";
import type { SessionData } from "./session_data";
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
    const body = new URLSearchParams(form);
    if (body.toString() === asked) return;
    asked = body.toString();
    summary.change("tax", body).catch((error: unknown) => {
      asked = "";
      const text = error instanceof Refused ? error.message : data.messages.connectionFailed;
      fields.refuse(`${purpose}PostalCode`, text);
    });
  };
  let place = "";
  fields.onInput((event) => {
    if (!concerns(event, purpose)) return;
    const form = addressForm(value, purpose);
    if (placeIn(form, purpose) === place || !saysEnough(form, purpose)) return;
    place = placeIn(form, purpose);
    ask(form);
  });
  // The rest of an address may move the tax as well; it says so once it is whole.
  fields.onChange((event) => {
    if (concerns(event, purpose) && fields.completeIn(purpose)) ask(addressForm(value, purpose));
  });
}

function concerns(event: Event, purpose: Purpose): boolean {
  return event.target instanceof HTMLElement && event.target.id.startsWith(purpose);
}

function placeIn(form: Record<string, string>, purpose: Purpose): string {
  return ["Country", "AdministrativeArea", "PostalCode"].map((end) => form[purpose + end]).join();
}

function saysEnough(form: Record<string, string>, purpose: Purpose): boolean {
  const country = form[`${purpose}Country`] ?? "";
  return POSTAL_CODES[country]?.test(form[`${purpose}PostalCode`] ?? "") !== false;
}
