// The payment element: the card's digits are typed here, and go from here to our server alone.

import type { ServerAnswer } from "../messages";
import { digitsOf } from "../page/card_checks";
import { startCardFields } from "../page/card_fields";
import { confirmBody, SEPA_DEBIT } from "../page/confirm_body";
import { startDebitFields } from "../page/debit_fields";
import { required } from "../page/dom";
import { Fields } from "../page/fields";
import { startPostalCode } from "../page/postal_code";
import type { SessionData } from "../page/session_data";
import type { Inside } from "./parts";

const REQUEST_TIMEOUT_MS = 30_000;

export function paymentInside(data: SessionData) {
  const fields = new Fields(data);
  startCardFields(data);
  startDebitFields();
  startPostalCode(data);
  return {
    state: () => stateOf(fields),
    validate: (focus) => (fields.report(focus) ? null : firstProblem()),
    omitBilling,
    confirm: (more) => send(data, bodyOf(fields, more)),
  } satisfies Inside;
}

function omitBilling(elsewhere: boolean): void {
  const billing = required("#billingAddress-fieldset", HTMLElement);
  if (billing.hidden === elsewhere) return;
  billing.hidden = elsewhere;
  billing.dispatchEvent(new Event("input", { bubbles: true }));
}

function stateOf(fields: Fields) {
  const elsewhere = required("#billingAddress-fieldset", HTMLElement).hidden;
  const country = fields.value("billingCountry");
  const postalCode = fields.value("billingPostalCode") || null;
  const billingDetails = { address: { country, postalCode } };
  const type = fields.value("paymentMethod") || "card";
  const value = { type, ...(fields.complete && !elsewhere ? { billingDetails } : {}) };
  return {
    empty: type === SEPA_DEBIT ? fields.value("iban") === "" : digitsOf(fields.value("cardNumber")) === "",
    complete: fields.complete,
    details: { collapsed: false, value },
  };
}

/** Everything the page knows stands over what this form asked for. */
function bodyOf(fields: Fields, more: Readonly<Record<string, string>>): URLSearchParams {
  const typed = confirmBody((name) => fields.value(name), more["expected_amount"] ?? "", new Date());
  const address = "payment_method_data[billing_details][address]";
  const elsewhere = `${address}[country]` in more;
  const kept = [...typed].filter(([name]) => !(elsewhere && name.startsWith(address)));
  return new URLSearchParams({ ...Object.fromEntries(kept), ...more });
}

async function send(data: SessionData, body: URLSearchParams): Promise<ServerAnswer> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), REQUEST_TIMEOUT_MS);
  try {
    const answer = await fetch(`/v1/payment_pages/${data.session}/confirm`, {
      method: "POST",
      body,
      headers: { Authorization: `Bearer ${data.publishableKey}` },
      signal: giveUp.signal,
      cache: "no-store",
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return { status: 0, body: "" };
  } finally {
    clearTimeout(timer);
  }
}

export function firstProblem(): string {
  const shown = document.querySelector(".FieldError:not([hidden])");
  return shown?.textContent ?? "";
}
