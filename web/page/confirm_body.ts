// The confirm request as the payment pages' API reads it.

import { addressParams } from "./address_fields";
import { digitsOf, parseExpiry } from "./card_checks";
import { plainIban } from "./iban_checks";

/** What the form says whose buyer pays by direct debit. */
export const SEPA_DEBIT = "sepa_debit";

type Values = (name: string) => string;

/** `value` gives what is in a field; `expectedAmount` is the shown total in minor units. */
export function confirmBody(value: Values, expectedAmount: string, today: Date): URLSearchParams {
  const fields: Record<string, string> = {
    expected_amount: expectedAmount,
    email: value("email"),
    ...paymentParams(value, today),
    ...shippingParams(value),
    "collected_information[business_name]": value("businessName"),
    "collected_information[individual_name]": value("individualName"),
    ...taxIdParams(value),
  };
  const given = Object.entries(fields).filter(([, text]) => text !== "");
  return new URLSearchParams(given);
}

/** A saved card needs nothing besides its name; what is new comes with whose it is. */
function paymentParams(value: Values, today: Date): Record<string, string> {
  const method = value("paymentMethod");
  if (method === SEPA_DEBIT) return debitParams(value);
  if (method !== "") {
    return { payment_method: method, "billing_details[phone]": phoneNumber(value) };
  }
  const card = cardParams(value, today);
  return {
    ...card,
    ...billingParams(value, value("billingName"), "payment_method_data[type]" in card),
    save_payment_method: value("saveCard"),
  };
}

/** Nothing when there is no card to pay with: the order is free. */
function cardParams(value: Values, today: Date): Record<string, string> {
  const number = digitsOf(value("cardNumber"));
  if (number === "") return {};
  const expiry = parseExpiry(value("cardExpiry"), today);
  const card = "payment_method_data[card]";
  return {
    "payment_method_data[type]": "card",
    [`${card}[number]`]: number,
    [`${card}[exp_month]`]: String(expiry?.month ?? ""),
    [`${card}[exp_year]`]: String(expiry?.year ?? ""),
    [`${card}[cvc]`]: value("cardCvc"),
  };
}

function debitParams(value: Values): Record<string, string> {
  return {
    "payment_method_data[type]": SEPA_DEBIT,
    "payment_method_data[sepa_debit][iban]": plainIban(value("iban")),
    ...billingParams(value, value("accountHolder"), true),
  };
}

function billingParams(value: Values, name: string, withMethod: boolean): Record<string, string> {
  const billing = withMethod ? "payment_method_data[billing_details]" : "billing_details";
  const purpose = value("sameAddress") === "" ? "billing" : "shipping";
  return {
    [`${billing}[name]`]: name,
    [`${billing}[email]`]: withMethod ? value("email") : "",
    [`${billing}[phone]`]: phoneNumber(value),
    ...addressParams(value, purpose, `${billing}[address]`),
  };
}

function shippingParams(value: Values): Record<string, string> {
  if (value("shippingCountry") === "") return {};
  return {
    "shipping[name]": value("shippingName"),
    ...addressParams(value, "shipping", "shipping[address]"),
  };
}

function taxIdParams(value: Values): Record<string, string> {
  if (value("purchasingAsBusiness") === "" || value("taxId") === "") return {};
  return {
    "tax_id_collection[tax_id][type]": value("taxIdType"),
    "tax_id_collection[tax_id][value]": value("taxId"),
  };
}

/** With the code of the chosen country, unless one was typed. */
export function phoneNumber(value: Values): string {
  const typed = value("phoneNumber");
  if (typed === "" || typed.startsWith("+")) return typed;
  return `+${value("phoneCode")} ${typed}`;
}
