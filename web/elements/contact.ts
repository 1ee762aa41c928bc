// The contact details element: the buyer's email.

import { Fields } from "../page/fields";
import type { SessionData } from "../page/session_data";
import type { Inside } from "./parts";
import { firstProblem } from "./payment";

export function contactInside(data: SessionData) {
  const fields = new Fields(data);
  return {
    state: () => {
      const email = fields.value("email");
      return { empty: email === "", complete: fields.complete, details: { value: { email } } };
    },
    validate: (focus) => (fields.report(focus) ? null : firstProblem()),
  } satisfies Inside;
}
