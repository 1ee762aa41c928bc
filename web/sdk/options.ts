// What init functions may be given, in any generation.

const EITHER = ["clientSecret", "fetchClientSecret"] as const;

export const CHECKOUT_OPTIONS = [
  ...EITHER, "adaptivePricing", "defaultValues", "elementsOptions",
] as const; // prettier-ignore

export const EMBEDDED_OPTIONS = [
  ...EITHER, "onAnalyticsEvent", "onComplete", "onLineItemsChange", "onShippingDetailsChange",
] as const; // prettier-ignore

/** Says on the console what is misspelt or unknown. It does no harm, so the page goes on. */
export function warnOfUnknown(options: unknown, known: readonly string[]): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (known.includes(name) || value === undefined) continue;
    console.warn(`options.${name} is not an accepted parameter. It is ignored.`);
  }
}
