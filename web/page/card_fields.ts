// Writes the card's fields as they are read on the card, while the buyer types or a program fills.

import { brandOf, digitsOf } from "./card_checks";
import { formatExpiry, formatNumber } from "./card_format";
import { required } from "./dom";
import type { SessionData } from "./session_data";

export function startCardFields(data: SessionData): void {
  if (document.getElementById("cardNumber") === null) return;
  const number = required("#cardNumber", HTMLInputElement);
  const expiry = required("#cardExpiry", HTMLInputElement);
  const cvc = required("#cardCvc", HTMLInputElement);
  const brand = () => brandOf(digitsOf(number.value), data.brands);
  const limitCvc = () => {
    cvc.value = digitsOf(cvc.value).slice(0, brand().cvcDigits);
  };

  number.addEventListener("input", () => {
    rewrite(number, formatNumber(digitsOf(number.value), brand()));
    showBrand(number, brand().name);
    limitCvc();
  });
  expiry.addEventListener("input", (event) => {
    rewrite(expiry, formatExpiry(expiry.value, isErasing(event)));
  });
  cvc.addEventListener("input", limitCvc);
}

function showBrand(number: HTMLInputElement, brand: string): void {
  const frame = required(".CardNumber", HTMLElement);
  if (brand !== "" && number.value !== "") frame.dataset["brand"] = brand;
  else delete frame.dataset["brand"];
}

function isErasing(event: Event): boolean {
  return event instanceof InputEvent && event.inputType.startsWith("delete");
}

/** Sets the value; the caret stays behind the digit that it was behind. */
function rewrite(input: HTMLInputElement, value: string): void {
  if (input.value === value) return;
  const caret = input.selectionStart ?? input.value.length;
  const atEnd = caret === input.value.length;
  const digitsBefore = digitsOf(input.value.slice(0, caret)).length;
  input.value = value;
  if (document.activeElement !== input) return;
  const place = atEnd ? value.length : placeBehindDigit(value, digitsBefore);
  input.setSelectionRange(place, place);
}

function placeBehindDigit(value: string, count: number): number {
  let seen = 0;
  for (let place = 0; place < value.length; place += 1) {
    if (seen === count) return place;
    if (/[0-9]/.test(value[place] ?? "")) seen += 1;
  }
  return value.length;
}
