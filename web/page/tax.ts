// Tax follows the address: as soon as it says enough, the server is asked for the new sums.

import { showMessage } from "./dom";
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
  let asked = "";
  const follow = () => {
    const billingCountry = fields.value("billingCountry");
    const billingPostalCode = fields.value("billingPostalCode");
    const form = new URLSearchParams({ billingCountry, billingPostalCode });
    if (form.toString() === asked) return;
    if (POSTAL_CODES[billingCountry]?.test(billingPostalCode) === false) return;
    asked = form.toString();
    summary.change("tax", form).catch((error: unknown) => {
      asked = "";
      const text = error instanceof Refused ? error.message : data.messages.connectionFailed;
      showMessage(document.getElementById("billingPostalCode-error"), text);
    });
  };
  for (const id of ["billingCountry", "billingPostalCode"]) {
    document.getElementById(id)?.addEventListener("input", follow);
  }
}
