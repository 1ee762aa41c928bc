// What every kind of element has: a state to tell, problems to show, and perhaps a payment to send.

import type { ElementState, ServerAnswer } from "../messages";

export interface Inside {
  state(): ElementState;
  /** Shows what is wrong; the message of the first problem, or null. */
  validate(): string | null;
  confirm?(fields: Readonly<Record<string, string>>): Promise<ServerAnswer>;
}
