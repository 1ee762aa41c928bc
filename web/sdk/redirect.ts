// `redirectToCheckout`: to the hosted page, for pages of the generations that had it.

import { home } from "./home";

export interface RedirectError {
  error: { type: "invalid_request_error"; message: string };
}

/** Leaves the page, or resolves to what is wrong. */
export function redirectToCheckout(options: { sessionId?: string } = {}): Promise<RedirectError> {
  const { sessionId } = options;
  if (typeof sessionId !== "string" || !sessionId.startsWith("cs_")) {
    const message =
      "redirectToCheckout needs the sessionId of a Checkout Session that your server created.";
    return Promise.resolve({ error: { type: "invalid_request_error", message } });
  }
  location.assign(`${home.base}/c/pay/${encodeURIComponent(sessionId)}`);
  return new Promise(() => undefined);
}
