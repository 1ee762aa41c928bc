// `onAnalyticsEvent`: what happens in the embedded form, with the order as it is at that moment.

import type {
  StripeEmbeddedCheckoutAnalyticsEventUnion,
  StripeEmbeddedCheckoutAnalyticsItemsAndTotals,
  StripeEmbeddedCheckoutDeviceDataDetails,
} from "@stripe/stripe-js";
import type { Happening } from "../messages";
import type { PaymentPages } from "./payment_pages";
import type { Session } from "./types";

type AnalyticsEvent = StripeEmbeddedCheckoutAnalyticsEventUnion;
type Order = StripeEmbeddedCheckoutAnalyticsItemsAndTotals;

/** Widths of windows below which a page counts as a phone's, or a tablet's, in CSS pixels. */
const MOBILE_WIDTH = 640;
const TABLET_WIDTH = 1_024;

export class Analytics {
  readonly #pages: PaymentPages;
  readonly #secret: string;
  readonly #listener: (event: AnalyticsEvent) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(pages: PaymentPages, secret: string, listener: (event: AnalyticsEvent) => void) {
    this.#pages = pages;
    this.#secret = secret;
    this.#listener = listener;
  }

  /** The form has come into the page. */
  rendered(): void {
    this.#tell((order) => ({ eventType: "checkoutRendered", details: order }));
    const details = { device: deviceOf(window) };
    this.#tell(() => ({ eventType: "deviceData", details }));
  }

  happened(what: Happening): void {
    switch (what.eventType) {
      case "lineItemChange":
        return this.#tell((order) => ({ eventType: what.eventType, details: order }));
      case "checkoutSubmitted":
      case "checkoutSubmitFailed": {
        const { eventType, ...more } = what;
        return this.#tell((order) => ({ eventType, details: { ...order, ...more } }));
      }
    }
  }

  /** In the order in which things happened, each with the time at which it did. */
  #tell(draw: (order: Order) => Pick<AnalyticsEvent, "eventType" | "details">): void {
    const timestamp = Math.floor(Date.now() / 1_000);
    const checkoutSession = this.#secret.split("_secret_", 1)[0] ?? "";
    const order = this.#pages.get(this.#secret).then(
      (page) => orderOf(page.client_view),
      () => ({}), // an event without its order is better than none
    );
    this.#last = this.#last.then(async () => {
      const drawn = draw(await order);
      const event = { ...drawn, checkoutSession, clientMetadata: {}, timestamp } as AnalyticsEvent;
      try {
        this.#listener(event);
      } catch (error) {
        reportError(error);
      }
    });
  }
}

/** Sums in minor units, as the published types have them. */
export function orderOf({ currency, lineItems, total }: Session): Order {
  const items = lineItems.map(({ quantity, priceId, total: { minorUnitsAmount: amount } }) => {
    return { quantity, price: priceId, amount };
  });
  return { items, currency, amount: total.total.minorUnitsAmount };
}

function deviceOf(view: Window): StripeEmbeddedCheckoutDeviceDataDetails["device"] {
  const { innerWidth: width, innerHeight: height, navigator } = view;
  const small = width < TABLET_WIDTH ? "tablet" : "desktop";
  return {
    category: width < MOBILE_WIDTH ? "mobile" : small,
    language: navigator.language,
    platform: navigator.platform,
    viewport: { width, height },
  };
}
