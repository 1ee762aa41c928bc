// What actions resolve to: never a rejection for what a buyer can get wrong.

import { messageOf } from "./errors";
import type { SessionStore } from "./store";
import type { BuyerError, Success } from "./types";

export interface Results {
  success(): Success;
  /** Success after `work`, or an error with its message for the buyer. */
  after(work: () => Promise<unknown>): Promise<Success | BuyerError>;
}

export function failure(message: string): BuyerError {
  return { type: "error", error: { message, code: null } };
}

/** `early` trains have the session under `success` as well. */
export function resultsOf(store: SessionStore, early: boolean): Results {
  const success = (): Success => {
    const session = store.fresh();
    const result: Success = { type: "success", session };
    return early ? Object.assign(result, { success: session }) : result;
  };
  const after = async (work: () => Promise<unknown>): Promise<Success | BuyerError> => {
    try {
      await work();
    } catch (error) {
      return failure(messageOf(error));
    }
    return success();
  };
  return { success, after };
}
