// The tax id element: what a business says of its taxes. It shows nothing in a checkout that doesn't
// ask for that.

import type { StripeTaxIdElementChangeEvent } from "sjs7";
import { Fields } from "../page/fields";
import type { SessionData } from "../page/session_data";
import { startTaxIdType } from "../page/tax_id_type";
import type { Inside } from "./parts";
import { firstProblem } from "./payment";

type Value = StripeTaxIdElementChangeEvent["value"];

export function taxIdInside(data: SessionData) {
  const fields = new Fields(data);
  startTaxIdType(fields);
  return {
    state: () => stateOf(fields),
    validate: (focus) => (fields.report(focus) ? null : firstProblem()),
  } satisfies Inside;
}

function stateOf(fields: Fields) {
  const visible = document.getElementById("taxId") !== null;
  const asks = fields.value("purchasingAsBusiness") !== "";
  const type = fields.value("taxIdType");
  const taxId = asks ? fields.value("taxId") : "";
  const value = {
    businessName: asks ? fields.value("businessName") : "",
    taxId,
    taxIdType: typeByCountry(type, taxId) as Value["taxIdType"],
    externalTaxIdType: type as Value["externalTaxIdType"],
  };
  return { empty: taxId === "", complete: fields.complete, details: { visible, value } };
}

/** The element has a type for each country of the EU, the API one for all: by the id's prefix. */
function typeByCountry(type: string, taxId: string): string {
  if (type !== "eu_vat") return type;
  const country = /^[A-Z]{2}/i.exec(taxId)?.[0].toLowerCase() ?? "de";
  return `${country === "el" ? "gr" : country}_vat`;
}
