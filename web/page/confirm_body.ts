// The confirm request as the payment pages' API reads it.

import { digitsOf, parseExpiry } from "./card_checks";

/** `value` gives what is in a field; `expectedAmount` is the shown total in minor units. */
export function confirmBody(
  value: (name: string) => string,
  expectedAmount: string,
  today: Date,
): URLSearchParams {
  const expiry = parseExpiry(value("cardExpiry"), today);
  const card = "payment_method_data[card]";
  const billing = "payment_method_data[billing_details]";
  const number = digitsOf(value("cardNumber"));
  const fields: Record<string, string> = {
    expected_amount: expectedAmount,
    email: value("email"),
  };
  if (number !== "") {
    Object.assign(fields, {
      "payment_method_data[type]": "card",
      [`${card}[number]`]: number,
      [`${card}[exp_month]`]: String(expiry?.month ?? ""),
      [`${card}[exp_year]`]: String(expiry?.year ?? ""),
      [`${card}[cvc]`]: value("cardCvc"),
      [`${billing}[name]`]: value("billingName"),
      [`${billing}[email]`]: value("email"),
      [`${billing}[address][country]`]: value("billingCountry"),
      [`${billing}[address][postal_code]`]: value("billingPostalCode"),
    });
  }
  const given = Object.entries(fields).filter(([, text]) => text !== "");
  return new URLSearchParams(given);
}
