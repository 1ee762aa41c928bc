// What is plainly wrong with a quantity. The rules are the server's (core/line_items.py): what
// passes here it may still refuse, and says why.

import type { MessageName } from "./session_data";

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

const WHOLE = /^(0|[1-9][0-9]{0,8})$/;

/** The message to show, or null when the server should decide. */
export function checkQuantity(typed: string, { minimum, maximum }: Bounds): MessageName | null {
  if (!WHOLE.test(typed.trim())) return "quantityNotWhole";
  const quantity = Number(typed);
  if (quantity > maximum) return "quantityTooHigh";
  return quantity < minimum && quantity > 0 ? "quantityTooLow" : null;
}

/** One more or one less, within the bounds; from nonsense one begins at the minimum. */
export function step(typed: string, by: 1 | -1, { minimum, maximum }: Bounds): string {
  if (!WHOLE.test(typed.trim())) return String(minimum);
  return String(Math.min(maximum, Math.max(minimum, Number(typed) + by)));
}
