// Asks every mounted element whether it is filled in. Each shows its own problems, and the first
// faulty field of the page takes the focus.

import { KINDS, type KindName } from "./element_kinds";
import type { ElementCore } from "./element";
import type { Elements } from "./elements";
import type { Results } from "./results";
import type { ValidateResult } from "./types";

type Problem = (ValidateResult & { type: "error" })["error"]["validation_errors"][number];

const NAMES: Readonly<Record<KindName, Problem["element"] | null>> = {
  payment: "payment",
  billing: "billingAddress",
  shipping: "shippingAddress",
  contact: "contactDetails",
  taxId: "taxId",
  express: null,
  currency: null,
};

export async function validateAction(
  elements: Elements,
  results: Results,
): Promise<ValidateResult> {
  const mounted = elements.allMounted;
  if (mounted.length === 0) {
    return refusal("no_elements", "There are no Elements to validate.", []);
  }
  const problems = await problemsIn(mounted);
  const first = problems[0];
  if (first === undefined) return results.success();
  return refusal("validation_error", first.message, problems);
}

/** In the order of the page; elements that ask nothing have none. */
export async function problemsIn(
  elements: readonly (readonly [KindName, ElementCore])[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [name, core] of elements) {
    const element = NAMES[name];
    if (element === null || (KINDS[name].blank.complete && core.state.complete)) continue;
    const message = await core.validate(problems.length === 0);
    if (message !== null) problems.push({ message, element });
  }
  return problems;
}

function refusal(
  code: "validation_error" | "no_elements",
  message: string,
  problems: Problem[],
): ValidateResult {
  return { type: "error", error: { code, message, validation_errors: problems } };
}
