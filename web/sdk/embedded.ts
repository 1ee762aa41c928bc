// The embedded form: our page in an iframe of the merchant's, as high as what is in it.

import type { ResultAction, StripeEmbeddedCheckoutOptions } from "@stripe/stripe-js";
import type { FrameMessage } from "../messages";
import { type Account, secretOf } from "./checkout";
import { integrationError, messageOf } from "./errors";
import { Frame, targetOf } from "./frame";

type Options = StripeEmbeddedCheckoutOptions;
type LineItemsChange = FrameMessage & { type: "paydesk.lineItemsChange" };

let living: object | null = null;

export async function openEmbedded(account: Account, options: Options) {
  if (living !== null) {
    throw integrationError("You cannot have multiple Embedded Checkout objects.");
  }
  const mine = {};
  living = mine;
  try {
    const form = new EmbeddedForm(await secretOf(options), account.locale, options);
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
  #frame: Frame | null = null;

  constructor(secret: string, locale: string, options: Options) {
    this.#secret = secret;
    this.#locale = locale;
    this.#options = options;
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
    place.replaceChildren(frame.element);
    const asks = this.#options.onLineItemsChange !== undefined;
    const query = { locale: this.#locale, ...(asks ? { line_items: "ask" } : {}) };
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
      case "paydesk.lineItemsChange":
        void this.#decide(told);
    }
  }

  /** The merchant decides about a change of the order, and the frame tells the buyer. */
  async #decide(told: LineItemsChange): Promise<void> {
    const decision = await this.#decision(told);
    const reason = decision.type === "reject" ? (decision.errorMessage ?? null) : null;
    this.#frame?.send({
      type: "paydesk.lineItemsDecision",
      request: told.request,
      accepted: decision.type === "accept",
      errorMessage: reason,
    });
  }

  async #decision({ session, lineItems }: LineItemsChange): Promise<ResultAction> {
    const { onLineItemsChange } = this.#options;
    if (onLineItemsChange === undefined) return { type: "reject" };
    try {
      return await onLineItemsChange({ checkoutSessionId: session, lineItems: [...lineItems] });
    } catch (error) {
      console.error(error);
      return { type: "reject", errorMessage: messageOf(error) };
    }
  }
}

/** The buyer goes on to the merchant's page. */
function navigate(url: string): void {
  if (/^https?:$/.test(new URL(url, location.href).protocol)) location.assign(url);
}
