// Paying: one request at a time, for exactly the total that the buyer was shown.

import type { Happening } from "../messages";
import { fieldOf } from "./address_fields";
import { Challenge } from "./challenge";
import { confirmBody, SEPA_DEBIT } from "./confirm_body";
import { announce, required, showMessage } from "./dom";
import type { Surroundings } from "./embedded";
import type { Exit } from "./exit";
import type { Fields } from "./fields";
import { Refused, sendForJson, Unanswered } from "./http";
import { chosenCode } from "./phone";
import { fill, type SessionData } from "./session_data";
import type { ShippingDetails } from "./shipping_details";
import type { SubmitButton } from "./submit_button";
import type { Summary } from "./summary";

/** How long the check mark is seen before the buyer is sent on. */
const SUCCESS_SHOWN_MS = 600;

/** The part of the payment page that says how paying went. */
interface PaymentPage {
  readonly status: "open" | "complete" | "expired";
  readonly payment_status?: "paid" | "unpaid" | "no_payment_required";
  readonly payment_intent?: {
    readonly status: string;
    readonly last_payment_error?: { readonly message: string } | null;
    readonly next_action?: { readonly redirect_to_url?: { readonly url: string } } | null;
  } | null;
}

interface Parts {
  readonly data: SessionData;
  readonly summary: Summary;
  readonly fields: Fields;
  readonly button: SubmitButton;
  readonly exit: Exit;
  readonly shipping: ShippingDetails;
  readonly surroundings: Surroundings | null;
}

/** Why a payment failed, in the words of the merchant's page. */
type FailureReason = (Happening & { eventType: "checkoutSubmitFailed" })["failureReason"];

/** Takes over the form. */
export function startConfirming(parts: Parts): Confirming {
  const confirming = new Confirming(parts);
  required(".PaymentForm-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void confirming.pay();
  });
  return confirming;
}

export class Confirming {
  readonly #parts: Parts;
  readonly #url: string;
  readonly #challenge: Challenge;
  #paying = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#url = `/v1/payment_pages/${parts.data.session}`;
    this.#challenge = new Challenge(parts.data);
  }

  /** Whether a payment is on its way, or done. */
  get paying(): boolean {
    return this.#paying;
  }

  /** Pays once what is asked is filled in; a second press meanwhile does nothing. */
  async pay(): Promise<void> {
    if (this.#paying || !this.#parts.fields.report()) return;
    this.#begin();
    let paid = false;
    try {
      paid = await this.#attempt();
    } catch (error) {
      paid = await this.#explain(error);
    } finally {
      if (!paid) this.#end();
    }
  }

  get #method(): string {
    return this.#parts.fields.value("paymentMethod") === SEPA_DEBIT ? SEPA_DEBIT : "card";
  }

  #begin(): void {
    this.#paying = true;
    this.#parts.button.stage = "processing";
    this.#showError(null);
    this.#showNotice(null);
    const paymentMethodType = this.#method;
    this.#parts.surroundings?.happened({ eventType: "checkoutSubmitted", paymentMethodType });
  }

  #end(): void {
    this.#paying = false;
    this.#parts.button.stage = "ready";
  }

  /** A change of the order that is on its way comes first: its total is shown before it is paid. */
  async #attempt(): Promise<boolean> {
    const { summary, fields, shipping } = this.#parts;
    const seen = summary.expectedAmount;
    if (!(await shipping.settled(true)) || !(await summary.settled())) return false;
    if (summary.expectedAmount !== seen) return this.#tellTotal();
    const value = (name: string) => (name === "phoneCode" ? chosenCode() : fields.value(name));
    const body = confirmBody(value, summary.expectedAmount, new Date());
    return this.#follow(await this.#ask("/confirm", { method: "POST", body }));
  }

  #ask(path: string, init: RequestInit = {}): Promise<PaymentPage> {
    const headers = { Authorization: `Bearer ${this.#parts.data.publishableKey}` };
    return sendForJson(this.#url + path, { ...init, headers });
  }

  /** What comes after the server's answer; resolves to whether it is paid. */
  async #follow(page: PaymentPage): Promise<boolean> {
    if (page.status === "complete") return this.#succeed(page);
    const bank = bankUrl(page);
    if (bank === null) return this.#failAuthentication(page);
    const closed = await this.#challenge.run(bank);
    const after = await this.#ask("");
    if (after.status === "complete") return this.#succeed(after);
    return this.#failAuthentication(after, closed ? "user_cancelled" : "api_error");
  }

  #succeed({ payment_status: status }: PaymentPage): boolean {
    const { data, button, exit } = this.#parts;
    button.stage = "success";
    if (status === "unpaid") announce(data.messages.onItsWay);
    setTimeout(() => void exit.leave(), SUCCESS_SHOWN_MS);
    return true;
  }

  /** The bank said no, or yes and then refused the payment: the intent tells which. */
  #failAuthentication(
    { payment_intent: intent }: PaymentPage,
    reason: FailureReason = "api_error",
  ): boolean {
    const decided = intent?.status === "requires_payment_method";
    const refusal = decided ? intent.last_payment_error?.message : undefined;
    this.#showRefusal(refusal ?? this.#parts.data.messages.authenticationFailed, reason);
    return false;
  }

  /** Says what went wrong; true when it turns out that nothing did. */
  async #explain(error: unknown): Promise<boolean> {
    const { busy, outcomeUnknown } = this.#parts.data.messages;
    if (error instanceof Unanswered) return this.#learnOutcome(outcomeUnknown);
    if (!(error instanceof Refused)) throw error;
    if (error.code === null) return this.#learnOutcome(error.message);
    if (error.code === "lock_timeout") return this.#learnOutcome(busy);
    if (error.code === "checkout_amount_mismatch") await this.#showNewTotal();
    else this.#showRefusal(this.#wordsFor(error), "api_error", error.param);
    return false;
  }

  /** Of a field the API speaks to programmers. */
  #wordsFor({ code, message }: Refused): string {
    const { required, taxIdInvalid } = this.#parts.data.messages;
    if (code === "parameter_missing") return required;
    return code === "tax_id_invalid" ? taxIdInvalid : message;
  }

  /** The checkout may have ended all the same, or in another window; else it says `otherwise`. */
  async #learnOutcome(otherwise: string): Promise<boolean> {
    const page = await this.#ask("").catch(() => null);
    if (page?.status === "complete") return this.#succeed(page);
    if (page?.status === "expired") location.reload();
    else this.#showRefusal(otherwise, "unexpected");
    return page?.status === "expired";
  }

  async #showNewTotal(): Promise<void> {
    const { data, summary } = this.#parts;
    try {
      await summary.refresh();
      this.#tellTotal();
    } catch {
      this.#showError(data.messages.connectionFailed);
    }
  }

  /** Nothing is paid before the buyer has seen it. */
  #tellTotal(): boolean {
    const { data, summary } = this.#parts;
    this.#showNotice(fill(data.messages.totalChanged, { total: summary.totalText }));
    return false;
  }

  /** In the buyer's language, where the server's words are known in it; at the field that the
   * server refused, if there is one. */
  #showRefusal(
    message: string,
    failureReason: FailureReason = "api_error",
    param: string | null = null,
  ): void {
    const { data, fields, surroundings } = this.#parts;
    const paymentMethodType = this.#method;
    surroundings?.happened({ eventType: "checkoutSubmitFailed", paymentMethodType, failureReason });
    const text = data.refusals[message] ?? message;
    const field = param === null ? null : fieldOf(param);
    if (field === null || !fields.refuse(field, text)) this.#showError(text);
  }

  #showError(text: string | null): void {
    showMessage(document.getElementById("payment-error"), text);
  }

  #showNotice(text: string | null): void {
    showMessage(document.getElementById("notice"), text);
  }
}

function bankUrl(page: PaymentPage): string | null {
  const intent = page.payment_intent;
  if (intent?.status !== "requires_action") return null;
  return intent.next_action?.redirect_to_url?.url ?? null;
}
