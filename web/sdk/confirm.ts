// Paying: one request at a time, for exactly the total that the page was shown.

import type { ServerAnswer } from "../messages";
import { runChallenge } from "./challenge";
import { addressFields, type Desk, shippingFields } from "./desk";
import type { Elements } from "./elements";
import { integrationError, messageOf, Refused, Unanswered } from "./errors";
import { readPage } from "./payment_pages";
import { failure, type Results } from "./results";
import type { ConfirmOptions, ConfirmResult, Contact, Page } from "./types";
import { problemsIn } from "./validate";

const NOT_AUTHENTICATED =
  "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
const TOTAL_CHANGED = "The total has changed. Please check it and pay again.";
const BILLING = "payment_method_data[billing_details]";

interface Parts {
  readonly desk: Desk;
  readonly elements: Elements;
  readonly options: ConfirmOptions;
}

export function confirmAction(desk: Desk, elements: Elements, results: Results) {
  let paying = false;
  return async (options: ConfirmOptions = {}): Promise<ConfirmResult> => {
    const parts = { desk, elements, options };
    check(parts);
    if (paying) return failure("This payment is being processed already.");
    paying = true;
    try {
      const refused = await desk.inTurn(() => pay(parts));
      if (refused !== null) return refused;
    } finally {
      paying = false;
    }
    if ((options.redirect ?? "always") === "always") return leave(landingUrl(parts));
    return results.success();
  };
}

/** What the page's programmer has to know before a buyer pays. */
function check(parts: Parts): void {
  const { desk, elements, options } = parts;
  if (!desk.store.totalRead) {
    throw integrationError(
      "Read the session's total.total.amount (or its minorUnitsAmount with currency and " +
        "minorUnitsAmountDivisor), and show it to your customer, before you call confirm().",
    );
  }
  const needed = desk.store.amount > 0;
  if (needed && options.paymentMethod === undefined && elements.mounted("payment") === null) {
    throw integrationError("Mount a Payment Element, or pass paymentMethod, before confirm().");
  }
  if ((options.redirect ?? "always") === "always" && landingUrl(parts) === "") {
    throw integrationError("confirm() needs a returnUrl: the Checkout Session has no return_url.");
  }
}

/** Resolves to null once it is paid, or to what went wrong. */
async function pay(parts: Parts): Promise<ConfirmResult | null> {
  const { desk } = parts;
  try {
    const page = await adopted(desk, readPage(await send(parts)));
    const bank = page.payment_intent?.next_action?.redirect_to_url?.url;
    if (page.status === "open" && page.payment_intent?.status === "requires_action" && bank) {
      await runChallenge(desk.secret, bank, desk.locale);
    }
    return outcomeOf(page.status === "complete" ? page : await desk.refresh());
  } catch (error) {
    return explain(desk, error);
  }
}

async function adopted(desk: Desk, page: Page): Promise<Page> {
  desk.store.adopt(page);
  return page;
}

/** From the payment element's frame, which alone knows the card; or from here when there is none. */
async function send(parts: Parts): Promise<ServerAnswer> {
  const { desk, elements, options } = parts;
  const fields = confirmFields(parts);
  const frame = elements.mounted("payment");
  await requireFilledIn(parts);
  if (options.paymentMethod !== undefined || frame === null) {
    return desk.pages.confirm(desk.secret, { ...billingFields(parts, "billing_details"), ...fields });
  }
  const billing = billingFields(parts, BILLING);
  const answer = await frame.confirm({ ...billing, ...fields, ...desk.pages.view });
  return answer ?? { status: 0, body: "" };
}

/** A card that is saved already makes the payment element's fields pointless. Throws Refused. */
async function requireFilledIn({ elements, options }: Parts): Promise<void> {
  const asked = elements.allMounted.filter(
    ([name]) => name !== "payment" || options.paymentMethod === undefined,
  );
  const [problem] = await problemsIn(asked);
  if (problem !== undefined) throw new Refused(problem.message, "validation_error", null, null);
}

function confirmFields({ desk, elements, options }: Parts): Record<string, string> {
  const email = options.email ?? elements.email ?? "";
  const fields: Record<string, string> = { expected_amount: String(desk.store.amount) };
  if (email !== "") fields["email"] = email;
  if (options.paymentMethod !== undefined) fields["payment_method"] = options.paymentMethod;
  const parcel = options.shippingAddress ?? elements.shippingFor(desk.store.page);
  return parcel === null ? fields : { ...fields, ...shippingFields(parcel) };
}

function billingFields(
  { desk, elements, options }: Parts,
  prefix: string,
): Record<string, string> {
  const contact: Contact | null =
    options.billingAddress ?? elements.address("billing") ?? desk.store.billingAddress;
  const fields = contact === null ? {} : addressFields(`${prefix}[address]`, contact);
  if (contact?.name) fields[`${prefix}[name]`] = contact.name;
  if (options.phoneNumber) fields[`${prefix}[phone]`] = options.phoneNumber;
  return fields;
}

/** The bank said no, or yes and then refused the payment: the intent tells which. */
function outcomeOf(page: Page): ConfirmResult | null {
  if (page.status === "complete") return null;
  const refusal = page.payment_intent?.last_payment_error;
  const decided = page.payment_intent?.status === "requires_payment_method" && refusal;
  if (!decided) return paymentFailed(NOT_AUTHENTICATED, null);
  return paymentFailed(refusal.message, refusal.decline_code ?? null);
}

/** Null when it turns out that the payment went through all the same. */
async function explain(desk: Desk, error: unknown): Promise<ConfirmResult | null> {
  if (error instanceof Refused && error.type === "validation_error") return failure(error.message);
  const page = await desk.refresh().catch(() => null);
  const unknown = error instanceof Unanswered || isBusy(error);
  if (unknown && page?.status === "complete") return null;
  if (!(error instanceof Refused)) return failure(messageOf(error));
  if (error.code === "checkout_amount_mismatch") return failure(TOTAL_CHANGED);
  if (error.type !== "card_error") return failure(error.message);
  return paymentFailed(error.message, error.declineCode);
}

function isBusy(error: unknown): boolean {
  return error instanceof Refused && error.code === "lock_timeout";
}

function paymentFailed(message: string, declineCode: string | null): ConfirmResult {
  return { type: "error", error: { message, code: "paymentFailed", paymentFailed: { declineCode } } };
}

function landingUrl({ desk, options }: Parts): string {
  const { return_url: returnUrl, client_view: view } = desk.store.page;
  const url = returnUrl ?? options.returnUrl ?? "";
  return url.split("{CHECKOUT_SESSION_ID}").join(view.id);
}

/** The page is about to go: whoever waits for the result waits for ever, as on Stripe. */
function leave(url: string): Promise<never> {
  location.assign(url);
  return new Promise(() => undefined);
}
