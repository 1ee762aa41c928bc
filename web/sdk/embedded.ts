// The embedded form: our page in an iframe of the merchant's, as high as what is in it.

import type { ResultAction, StripeEmbeddedCheckoutOptions } from "@stripe/stripe-js";
import type { FrameMessage, Proposal } from "../messages";
import { Analytics } from "./analytics";
import { type Account, secretOf } from "./checkout";
import { integrationError, messageOf } from "./errors";
import { Frame, targetOf } from "./frame";
import { home } from "./home";
import { EMBEDDED_OPTIONS, warnOfUnknown } from "./options";
import { PaymentPages } from "./payment_pages";

type Options = StripeEmbeddedCheckoutOptions;
type Proposed = FrameMessage & Pick<Proposal, "type">;

let living: object | null = null;

export async function openEmbedded(account: Account, options: Options) {
  if (living !== null) {
    throw integrationError("You cannot have multiple Embedded Checkout objects.");
  }
  warnOfUnknown(options, EMBEDDED_OPTIONS);
  const mine = {};
  living = mine;
  try {
    const form = new EmbeddedForm(await secretOf(options), account, options);
    return handleOf(form, () => {
      if (living === mine) living = null;
    });
  } catch (error) {
    living = null;
    throw error;
  }
}

/** What the page gets: its own functions, none of which needs `this`. */
function handleOf(form: EmbeddedForm, release: () => void) {
  let destroyed = false;
  const usable = (): void => {
    if (destroyed) throw integrationError("This Embedded Checkout was destroyed already.");
  };
  return {
    mount: (target: string | HTMLElement): void => {
      usable();
      form.mount(targetOf(target));
    },
    unmount: (): void => {
      usable();
      form.unmount();
    },
    destroy: (): void => {
      if (destroyed) return;
      form.unmount();
      destroyed = true;
      release();
    },
  };
}

class EmbeddedForm {
  readonly #secret: string;
  readonly #locale: string;
  readonly #options: Options;
  readonly #analytics: Analytics | null;
  #frame: Frame | null = null;
  #began = false;

  constructor(secret: string, { key, locale }: Account, options: Options) {
    const { onAnalyticsEvent: listener } = options;
    const pages = new PaymentPages(home.base, key, locale);
    this.#secret = secret;
    this.#locale = locale;
    this.#options = options;
    this.#analytics = listener ? new Analytics(pages, secret, listener) : null;
  }

  mount(place: HTMLElement): void {
    if (this.#frame !== null) {
      throw integrationError("This Embedded Checkout is mounted already. Unmount it first.");
    }
    const frame = new Frame({
      title: "Secure checkout form",
      name: "embedded-checkout",
      onMessage: (told) => this.#hear(told),
    });
    this.#frame = frame;
    this.#began = false;
    place.replaceChildren(frame.element);
    const { onLineItemsChange, onShippingDetailsChange } = this.#options;
    const query = {
      locale: this.#locale,
      ...(onLineItemsChange ? { line_items: "ask" } : {}),
      ...(onShippingDetailsChange ? { shipping_details: "ask" } : {}),
    };
    frame.load(`/c/embed/${encodeURIComponent(this.#secret)}`, query);
  }

  unmount(): void {
    this.#frame?.remove();
    this.#frame = null;
  }

  #hear(told: FrameMessage): void {
    switch (told.type) {
      case "paydesk.complete":
        return this.#options.onComplete?.();
      case "paydesk.navigate":
        return navigate(told.url);
      case "paydesk.ready":
        return this.#begin();
      case "paydesk.happened":
        return this.#analytics?.happened(told.what);
      case "paydesk.lineItemsChange":
      case "paydesk.shippingDetailsChange":
        void this.#decide(told);
    }
  }

  /** The frame's first document is the form; one that follows, as after a payment, is no other. */
  #begin(): void {
    if (!this.#began) this.#analytics?.rendered();
    this.#began = true;
  }

  /** The merchant decides about a change, and the frame tells the buyer. */
  async #decide(told: Proposed): Promise<void> {
    const decision = await this.#decision(told);
    this.#frame?.send({
      type: "paydesk.decision",
      request: told.request,
      accepted: decision.type === "accept",
      errorMessage: decision.type === "reject" ? (decision.errorMessage ?? null) : null,
    });
  }

  async #decision(told: Proposed): Promise<ResultAction> {
    try {
      return (await this.#ask(told)) ?? { type: "reject" };
    } catch (error) {
      console.error(error);
      return { type: "reject", errorMessage: messageOf(error) };
    }
  }

  #ask(told: Proposed): Promise<ResultAction> | undefined {
    const { onLineItemsChange, onShippingDetailsChange } = this.#options;
    const { session: checkoutSessionId } = told;
    if (told.type === "paydesk.lineItemsChange") {
      return onLineItemsChange?.({ checkoutSessionId, lineItems: [...told.lineItems] });
    }
    const { shippingDetails } = told;
    return onShippingDetailsChange?.({ checkoutSessionId, shippingDetails });
  }
}

/** The buyer goes on to the merchant's page. */
function navigate(url: string): void {
  if (/^https?:$/.test(new URL(url, location.href).protocol)) location.assign(url);
}
