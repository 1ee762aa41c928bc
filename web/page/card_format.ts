// How card numbers and dates are written in their fields.

import { digitsOf } from "./card_checks";
import type { Brand } from "./session_data";

/** Digits in each group, by the length of the scheme's shortest number; the rest goes by fours. */
const GROUPS: Readonly<Record<number, readonly number[]>> = { 14: [4, 6, 4], 15: [4, 6, 5] };
const FOURS = [4, 4, 4, 4, 4];

/** 4242424242424242 -> 4242 4242 4242 4242; more digits than the scheme has are dropped. */
export function formatNumber(number: string, brand: Brand): string {
  const kept = number.slice(0, Math.max(...brand.numberDigits));
  const shortest = Math.min(...brand.numberDigits);
  const groups = kept.length > shortest ? FOURS : (GROUPS[shortest] ?? FOURS);
  const parts: string[] = [];
  let begin = 0;
  for (const length of groups) {
    parts.push(kept.slice(begin, begin + length));
    begin += length;
  }
  return parts.filter((part) => part !== "").join(" ");
}

/** "1234", "12/34", "1/34" and "12/2034" -> "12 / 34"; `erasing` adds nothing by itself. */
export function formatExpiry(text: string, erasing: boolean): string {
  const digits = withTwoDigitYear(withTwoDigitMonth(text));
  if (digits.length < 2) return digits;
  if (digits.length === 2) return erasing ? digits : `${digits} / `;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

/** A month that can only be one digit, because it is above 1 or a slash follows, gets its 0. */
function withTwoDigitMonth(text: string): string {
  const oneDigit = /^\s*(?:[2-9]|1\s*\/)/.test(text);
  return (oneDigit ? "0" : "") + digitsOf(text);
}

function withTwoDigitYear(digits: string): string {
  const written20 = digits.slice(2, 4) === "20";
  if (written20 && digits.length >= 6) return digits.slice(0, 2) + digits.slice(4, 6);
  return digits.slice(0, written20 ? 5 : 4);
}
