// The address element, for billing and for shipping: the form of the chosen country.

import { addressIn } from "../page/address_fields";
import { startAddressForm } from "../page/address_form";
import { Fields } from "../page/fields";
import type { SessionData } from "../page/session_data";
import type { Inside } from "./parts";
import { firstProblem } from "./payment";

export function addressInside(data: SessionData, elementMode: "billing" | "shipping") {
  const fields = new Fields(data);
  startAddressForm(data, elementMode);
  return {
    state: () => stateOf(fields, elementMode),
    validate: (focus) => (fields.report(focus) ? null : firstProblem()),
  } satisfies Inside;
}

function stateOf(fields: Fields, elementMode: "billing" | "shipping") {
  const typed = addressIn((name) => fields.value(name), elementMode);
  const name = fields.value(`${elementMode}Name`);
  const address = { ...typed, line2: typed.line2 || null };
  const empty = [name, typed.line1, typed.city, typed.postal_code].every((text) => text === "");
  const value = { name, address };
  return { empty, complete: fields.complete, details: { elementMode, isNewAddress: true, value } };
}
