// A checkout of the merchant's own components: `initCheckout` in both styles and
// `initCheckoutElementsSdk`.

import { actionsOf, type OurActions, taxIdFields } from "./actions";
import { addressFields, billingFields, Desk, shippingFields } from "./desk";
import { Elements } from "./elements";
import { integrationError, messageOf } from "./errors";
import { home } from "./home";
import { followChanges } from "./live";
import { CHECKOUT_OPTIONS, warnOfUnknown } from "./options";
import { PaymentPages } from "./payment_pages";
import { failure, resultsOf } from "./results";
import { SessionStore } from "./store";
import type { Appearance, BuyerError, Contact, InitOptions, Session } from "./types";

export interface Account {
  readonly key: string;
  readonly locale: string;
  /** Whether results carry the session under `success` too. */
  readonly early: boolean;
}

type Loaded = { type: "success"; actions: OurActions } | BuyerError;

/** A checkout that is loading: its elements can be created and mounted meanwhile. */
export function openCheckout(account: Account, options: InitOptions) {
  warnOfUnknown(options, CHECKOUT_OPTIONS);
  const store = new SessionStore();
  const desk = new Desk(new PaymentPages(home.base, account.key, account.locale), store, account.locale);
  const secret = secretOf(options);
  const elements = new Elements(secret, account.locale, options.elementsOptions?.appearance);
  store.elementsComplete = () => elements.complete;
  const loading = secret.then((value) => desk.open(value)).then(() => start(desk, elements, options));
  loading.catch(() => undefined); // loadActions and the promise style say it
  const actions = actionsOf(desk, elements, resultsOf(store, account.early));
  const loadActions = (): Promise<Loaded> =>
    loading.then(
      () => ({ type: "success", actions }),
      (error: unknown) => failure(messageOf(error)),
    );
  return { sdk: { loadActions, ...sdkOf(store, elements) }, actions, loading };
}

export type Checkout = ReturnType<typeof openCheckout>;

/** The flat object of the promise style: what one can ask and what one can build, in one. */
export function flat({ sdk, actions }: Checkout) {
  return { ...sdk, ...actions, session: (): Session => actions.getSession() };
}

/** The client secret, however the page gives it. Rejects when it is none. */
export async function secretOf(options: InitOptions): Promise<string> {
  const { clientSecret, fetchClientSecret } = options;
  const given = typeof fetchClientSecret === "function" ? fetchClientSecret() : clientSecret;
  const secret: unknown = await Promise.resolve(given);
  if (typeof secret === "string" && secret.includes("_secret_")) return secret;
  throw integrationError(
    "The client secret must be the client_secret of a Checkout Session, like cs_test_…_secret_….",
  );
}

function sdkOf(store: SessionStore, elements: Elements) {
  const create = elements.create.bind(elements);
  const get = elements.get.bind(elements);
  return {
    on: (event: "change", handler: (session: Session) => unknown): void => {
      if (event === "change") store.watch(handler);
      else throw integrationError(`"${String(event)}" is not an event of a Checkout.`);
    },
    changeAppearance: (appearance: Appearance): void => elements.changeAppearance(appearance),
    /** The frames load nothing from elsewhere: they use the fonts of the buyer's system. */
    loadFonts: (_fonts: readonly unknown[]): void => undefined,
    createPaymentElement: (options?: object) => create("payment", options),
    createBillingAddressElement: (options?: object) => create("billing", options),
    createShippingAddressElement: (options?: object) => create("shipping", options),
    createExpressCheckoutElement: (options?: object) => create("express", options),
    createCurrencySelectorElement: () => create("currency"),
    createContactDetailsElement: (options?: object) => create("contact", options),
    createTaxIdElement: (options?: object) => create("taxId", options),
    createTermsElement: (_options?: object): never => unavailable("Terms"),
    createLinkSignupElement: (_options?: object): never => unavailable("Link Signup"),
    getPaymentElement: () => get("payment"),
    getBillingAddressElement: () => get("billing"),
    getShippingAddressElement: () => get("shipping"),
    getExpressCheckoutElement: () => get("express"),
    getCurrencySelectorElement: () => get("currency"),
    getContactDetailsElement: () => get("contact"),
    getTaxIdElement: () => get("taxId"),
    getTermsElement: () => null,
    getLinkSignupElement: () => null,
  };
}

function unavailable(name: string): never {
  throw integrationError(`The ${name} Element is not available.`);
}

function start(desk: Desk, elements: Elements, options: InitOptions): void {
  const { email, phoneNumber, billingAddress, shippingAddress } = options.defaultValues ?? {};
  const { page } = desk.store;
  desk.store.billingAddress = billingAddress ?? null;
  if (email && page.customer_email === null) tell(desk, { email });
  if (phoneNumber) tell(desk, { "billing_details[phone]": phoneNumber });
  if (billingAddress) tell(desk, billingFields(billingAddress));
  if (shippingAddress && page.shipping_address_collection) tell(desk, shippingFields(shippingAddress));
  followElements(desk, elements);
  followChanges(desk);
}

/** What is typed into an element becomes part of the session, each thing once. */
function followElements(desk: Desk, elements: Elements): void {
  const told = new Map<string, string>();
  const once = (what: string, fields: Record<string, string>): void => {
    const text = JSON.stringify(fields);
    if (told.get(what) === text) return;
    told.set(what, text);
    tell(desk, fields);
  };
  elements.onChange = () => {
    const { page } = desk.store;
    const { email, taxId } = elements;
    const billing = elements.address("billing");
    const shipping = elements.shippingFor(page);
    const place = billing === null ? placeOfCard(elements) : null;
    if (email !== null && page.customer_email === null) once("email", { email });
    if (billing !== null) once("billing", billingFields(billing));
    if (shipping !== null) once("shipping", shippingFields(shipping));
    if (place !== null && page.automatic_tax.enabled && page.shipping_address_collection === null) {
      once("place", addressFields("tax_region", place));
    }
    if (taxId !== undefined) once("taxId", taxIdFields(taxId));
    desk.store.announce();
  };
}

/** The payment element's published value writes the postal code in its own way. */
interface CardValue {
  readonly billingDetails?: {
    readonly address: { readonly country: string; readonly postalCode: string | null };
  };
}

function placeOfCard(elements: Elements): Contact | null {
  const value = elements.mounted("payment")?.state.details["value"] as CardValue | undefined;
  if (value?.billingDetails === undefined) return null;
  const { country, postalCode } = value.billingDetails.address;
  return { address: { country, postal_code: postalCode } };
}

/** Nobody waits for the answer: a refusal shows when the buyer pays. */
function tell(desk: Desk, fields: Record<string, string>): void {
  desk.update(fields).catch(() => undefined);
}
