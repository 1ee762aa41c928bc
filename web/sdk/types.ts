// The words of the published types, in the one shape that fits every major (see contract.ts).

import type * as V10 from "@stripe/stripe-js";
import type * as V7 from "sjs7";

export type LineItem = V10.StripeCheckoutLineItem & V7.StripeCheckoutLineItem;

/** What `session()`, `getSession()` and the `change` event hand out. */
export type Session = Omit<V10.StripeCheckoutSession, "lineItems" | "taxIdInfo"> & {
  lineItems: LineItem[];
  taxIdInfo: V7.StripeCheckoutTaxIdInfo | null;
};

export type Contact = V10.StripeCheckoutContact;
/** A business name is told with a tax id, or there is none. */
export interface TaxIdInfo {
  readonly taxId: { readonly type: string; readonly value: string };
  readonly businessName: string | null;
}

export type Appearance = V10.Appearance;
export type Actions = V10.StripeCheckoutLoadActionsSuccess;
export type ConfirmOptions = NonNullable<Parameters<Actions["confirm"]>[0]>;

export interface Success {
  type: "success";
  session: Session;
}

export type ConfirmResult = Success | Exclude<V10.StripeCheckoutConfirmResult, { type: "success" }>;
export type ValidateResult =
  | Success
  | Exclude<V10.StripeCheckoutValidateElementsResult, { type: "success" }>;

export interface BuyerError<Code extends string | null = null> {
  type: "error";
  error: { message: string; code: Code };
}

/** What init functions were given: the majors' options together, unchecked. */
export interface InitOptions {
  clientSecret?: unknown;
  fetchClientSecret?: unknown;
  elementsOptions?: { appearance?: Appearance };
  defaultValues?: {
    email?: string;
    phoneNumber?: string;
    billingAddress?: Contact;
    shippingAddress?: Contact;
  };
}

/** A payment page as our server answers it; `client_view` is the session in the page's words. */
export interface Page {
  readonly version: number;
  readonly status: "open" | "complete" | "expired";
  readonly customer_email: string | null;
  readonly return_url: string | null;
  readonly automatic_tax: { readonly enabled: boolean };
  readonly shipping_address_collection: object | null;
  readonly tax_id_collection?: { readonly enabled: boolean };
  readonly payment_intent: Intent | null;
  readonly client_view: Session;
}

export interface Intent {
  readonly status: string;
  readonly last_payment_error?: { readonly message: string; readonly decline_code?: string } | null;
  readonly next_action?: { readonly redirect_to_url?: { readonly url: string } } | null;
}
