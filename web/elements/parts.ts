// What every kind of element has: a state to tell, problems to show, and perhaps a payment to send.

import type { ElementState, ServerAnswer } from "../messages";

export interface Inside {
  state(): ElementState<object>;
  /** Shows what is wrong, and goes there with `focus`; the first problem's message, or null. */
  validate(focus: boolean): string | null;
  /** Asks no billing address while another element of the page does. */
  omitBilling?(elsewhere: boolean): void;
  confirm?(fields: Readonly<Record<string, string>>): Promise<ServerAnswer>;
}
