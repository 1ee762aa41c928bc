// Checked by tsc, never bundled: this script against the published types of four majors. Whatever it
// lacks, or has in another shape, is an error here.
//
// One untyped `on` fits every element, so what elements say has checks of its own. The session of
// `types.ts` is a superset that fits every major.

import type * as V10 from "@stripe/stripe-js";
import type * as V7 from "sjs7";
import type * as V8 from "sjs8";
import type * as V9 from "sjs9";
import type { addressInside } from "../elements/address";
import type { contactInside } from "../elements/contact";
import type { paymentInside } from "../elements/payment";
import type { taxIdInside } from "../elements/tax_id";
import type { OurActions } from "./actions";
import type { Checkout, flat } from "./checkout";
import type { KINDS } from "./element_kinds";
import type { openEmbedded } from "./embedded";
import type { makeStripe } from "./stripe";
import type { Session } from "./types";

type Ours = ReturnType<typeof makeStripe>;
type Sdk = Checkout["sdk"];
type Flat = ReturnType<typeof flat>;

type Never<Missing extends never> = Missing;
type Fits<Wanted, Given extends Wanted> = Given;

/** The session, for pages of every major. */
export type Sessions = [
  Fits<V7.StripeCheckoutSession, Session>,
  Fits<V8.StripeCheckoutSession, Session>,
  Fits<V9.StripeCheckoutSession, Session>,
  Fits<V10.StripeCheckoutSession, Session>,
];

/** Today's objects, whole. */
export type Today = [
  Fits<V10.StripeCheckoutElementsSdk, Sdk>,
  Fits<V10.StripeCheckoutLoadActionsSuccess, OurActions>,
  Fits<V9.StripeCheckoutElementsSdk, Sdk>,
  Fits<V9.StripeCheckoutLoadActionsSuccess, OurActions>,
  Fits<V10.StripeEmbeddedCheckout, Awaited<ReturnType<typeof openEmbedded>>>,
];

/** No name of an older generation is missing. */
export type Older = [
  Never<Exclude<keyof V7.StripeCheckout, keyof Flat>>,
  Never<Exclude<keyof V8.StripeCheckout, keyof Sdk | UnpublishedForm>>,
  Never<Exclude<keyof ActionsOf8, keyof OurActions>>,
];

type ActionsOf8 = Extract<V8.StripeCheckoutLoadActionsResult, { type: "success" }>["actions"];

/** A beta of major 8 that became `initCheckoutFormSdk`. */
type UnpublishedForm = "getPaymentFormElement" | "createPaymentFormElement";

/** The functions of the Stripe object that a checkout needs. */
export type Entries = [
  Fits<Pick<V10.Stripe, "createEmbeddedCheckoutPage" | "registerAppInfo">, Ours>,
  Fits<Pick<V10.Stripe, "initCheckoutElementsSdk">, Ours>,
  Fits<Pick<V9.Stripe, "createEmbeddedCheckoutPage" | "initCheckoutElementsSdk">, Ours>,
  Fits<Pick<V8.Stripe, "initCheckout" | "initEmbeddedCheckout">, Ours>,
  Fits<Pick<V7.Stripe, "initCheckout" | "initEmbeddedCheckout">, Ours>,
  Fits<Record<"elements" | "createToken" | "createPaymentMethod" | "confirmCardPayment", Function>, Ours>,
];

/** An event with what an element has typed into it: the element's own part, and what all have. */
type Told<Kind extends { type: string }, State> = State extends { details: infer Details }
  ? Details & { elementType: Kind["type"]; empty: boolean; complete: boolean }
  : never;

/** An element's event, from a frame or while nothing was typed. */
type Changed<Kind extends { type: string; blank: unknown }, Inside = never> =
  | Told<Kind, Kind["blank"]>
  | (Inside extends (...given: any) => { state: () => infer State } ? Told<Kind, State> : never);

type Payment = Changed<(typeof KINDS)["payment"], typeof paymentInside>;
type Address = Changed<(typeof KINDS)["billing" | "shipping"], typeof addressInside>;
type Contact = Changed<(typeof KINDS)["contact"], typeof contactInside>;
type TaxId = Changed<(typeof KINDS)["taxId"], typeof taxIdInside>;

/** What elements say of a change, in every major that has them. */
export type Changes = [
  Fits<V7.StripePaymentElementChangeEvent, Payment>,
  Fits<V8.StripePaymentElementChangeEvent, Payment>,
  Fits<V9.StripePaymentElementChangeEvent, Payment>,
  Fits<V10.StripePaymentElementChangeEvent, Payment>,
  Fits<V7.StripeAddressElementChangeEvent, Address>,
  Fits<V8.StripeAddressElementChangeEvent, Address>,
  Fits<V9.StripeAddressElementChangeEvent, Address>,
  Fits<V10.StripeAddressElementChangeEvent, Address>,
  Fits<V9.StripeContactDetailsElementChangeEvent, Contact>,
  Fits<V10.StripeContactDetailsElementChangeEvent, Contact>,
  Fits<V7.StripeTaxIdElementChangeEvent, TaxId>,
  Fits<V8.StripeTaxIdElementChangeEvent, TaxId>,
  Fits<V9.StripeTaxIdElementChangeEvent, TaxId>,
  Fits<V10.StripeTaxIdElementChangeEvent, TaxId>,
];
