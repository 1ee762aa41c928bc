// What is wrong with a card, as far as one can see. `core.cards` decides the same on the server.

import type { Brand, MessageName } from "./session_data";

/** What a card of no known scheme looks like. */
export const UNKNOWN_BRAND: Brand = {
  name: "",
  prefixes: [],
  numberDigits: [12, 13, 14, 15, 16, 17, 18, 19],
  cvcDigits: 3,
};

export type Problem = MessageName | null;

/** The digits of what was typed. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, "");
}

/** The scheme of a number, or of its beginning. */
export function brandOf(number: string, brands: readonly Brand[]): Brand {
  const begins = ([low, high]: readonly [string, string]) => {
    const first = number.slice(0, low.length);
    return low <= first && first <= high;
  };
  return brands.find((brand) => brand.prefixes.some(begins)) ?? UNKNOWN_BRAND;
}

export function numberProblem(number: string, brand: Brand): Problem {
  if (number === "") return "required";
  if (number.length < Math.min(...brand.numberDigits)) return "numberIncomplete";
  const right = brand.numberDigits.includes(number.length) && passesLuhn(number);
  return right ? null : "numberInvalid";
}

/** Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B). */
export function passesLuhn(number: string): boolean {
  const digits = Array.from(number, Number).reverse();
  const counted = digits.map((digit, place) => (place % 2 === 0 ? digit : doubled(digit)));
  return counted.reduce((sum, digit) => sum + digit, 0) % 10 === 0;
}

/** Whether a card's number was typed among something else: nobody should keep it there. */
export function holdsCardNumber(text: string): boolean {
  const runs = (text.match(/[0-9](?:[ -]?[0-9])+/g) ?? []).map(digitsOf);
  return runs.some((digits) => /^[0-9]{13,19}$/.test(digits) && passesLuhn(digits));
}

function doubled(digit: number): number {
  return digit < 5 ? digit * 2 : digit * 2 - 9;
}

export interface Expiry {
  readonly month: number;
  readonly year: number;
}

/** "12 / 34" or "12 / 2034" as month and four-digit year, or null when it is not complete. */
export function parseExpiry(text: string, today: Date): Expiry | null {
  const parts = /^(\d{2})(\d{2}|20\d{2})$/.exec(digitsOf(text));
  if (parts === null) return null;
  const [, month = "", year = ""] = parts;
  return { month: Number(month), year: fullYear(Number(year), today.getFullYear()) };
}

/** A two-digit year in the century that puts it nearest to this one. */
function fullYear(year: number, thisYear: number): number {
  if (year > 99) return year;
  const distance = (candidate: number) => Math.abs(candidate - thisYear);
  const century = thisYear - (thisYear % 100);
  const candidates = [century - 100 + year, century + year, century + 100 + year];
  return candidates.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}

export function expiryProblem(text: string, today: Date, yearsMax: number): Problem {
  if (digitsOf(text) === "") return "required";
  const expiry = parseExpiry(text, today);
  if (expiry === null) return "expiryIncomplete";
  if (expiry.month < 1 || expiry.month > 12) return "expiryInvalid";
  const year = today.getFullYear();
  if (expiry.year < year) return "expiryYearPast";
  if (expiry.year === year && expiry.month <= today.getMonth()) return "expiryPast";
  return expiry.year > year + yearsMax ? "expiryYearInvalid" : null;
}

export function cvcProblem(text: string, brand: Brand): Problem {
  if (text === "") return "required";
  return digitsOf(text).length === brand.cvcDigits ? null : "cvcIncomplete";
}

/** Good enough to catch a slip; the mail server has the last word. */
export function emailProblem(text: string): Problem {
  if (text.trim() === "") return "required";
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim()) ? null : "emailIncomplete";
}
