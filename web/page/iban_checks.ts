// The check digits of an IBAN: src/paydesk/payments/debits.py says the same, and has the last word.

import type { Problem } from "./card_checks";

/** Norway's, the shortest of those in SEPA. */
const CHARACTERS_MIN = 15;

/** An IBAN as it is written without what stands between its groups. */
export function plainIban(text: string): string {
  return text.replace(/[\s.-]+/g, "").toUpperCase();
}

/** In groups of four, as on paper. */
export function formatIban(text: string): string {
  return plainIban(text).replace(/.{4}(?=.)/g, "$& ");
}

export function ibanProblem(text: string): Problem {
  const iban = plainIban(text);
  if (iban === "") return "required";
  if (iban.length < CHARACTERS_MIN) return "ibanIncomplete";
  return passesMod97(iban) ? null : "ibanInvalid";
}

/** Whether the two digits after the country check the rest (ISO 7064, MOD 97-10); A counts as 10. */
function passesMod97(iban: string): boolean {
  const digits = Array.from(iban.slice(4) + iban.slice(0, 4), (each) => parseInt(each, 36)).join("");
  return Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}
