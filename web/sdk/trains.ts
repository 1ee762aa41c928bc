// Release trains: the name in the script's address decides what the script is like.

/** The newest that the script knows; what a page at the unversioned address is told. */
export const NEWEST = "endive";

const EARLY = ["v3", "acacia"];
const PROMISE_TRAINS = [...EARLY, "basil"];

/** How `initCheckout` answers: a promise of one flat object; an object with `loadActions`; both. */
export type Style = "promise" | "sync" | "hybrid" | "removed";

/** As `Stripe.version` says it: the published loaders compare it with their own train. */
export function versionOf(train: string | null): number | string {
  return train === "v3" ? 3 : (train ?? NEWEST);
}

/** Trains whose results carry the session under `success`. */
export function isEarly(train: string | null): boolean {
  return train !== null && EARLY.includes(train);
}

export function checkoutStyle(train: string | null, fetchesSecret: boolean): Style {
  if (removesOldNames(train)) return "removed";
  if (fetchesSecret || (train !== null && PROMISE_TRAINS.includes(train))) return "promise";
  return train === null ? "hybrid" : "sync";
}

/** `redirectToCheckout` left with clover. The unversioned script serves every generation. */
export function redirects(train: string | null): boolean {
  return train === null || PROMISE_TRAINS.includes(train);
}

/** From dahlia on `initCheckout` and `initEmbeddedCheckout` only say what they are called now. */
export function removesOldNames(train: string | null): boolean {
  return train !== null && train !== "clover" && !PROMISE_TRAINS.includes(train);
}
