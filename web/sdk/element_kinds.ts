// The elements there are: each a document of ours at /elements/{path}, under a title that automated
// buyers look for.

import type { ElementState } from "../messages";

export interface ElementKind<Details = Readonly<Record<string, unknown>>> {
  readonly path: string;
  /** `elementType` in events. */
  readonly type: string;
  readonly title: string;
  /** What it is likely to need, in CSS pixels: the page jumps less when it comes. */
  readonly height: number;
  /** What `change` says of an element in which nothing was typed yet. */
  readonly blank: ElementState<Details>;
}

function asking<Details>(details: Details): ElementState<Details> {
  return { empty: true, complete: false, details };
}

/** These show nothing, as long as the checkout has nothing for them to show. */
function silent<Details>(details: Details): ElementState<Details> {
  return { empty: true, complete: true, details };
}

const NO_ADDRESS = { country: "", line1: "", line2: null, city: "", postal_code: "", state: "" };
/** The published types know no value without a type: this is the one that a choice begins with. */
const NO_TAX_ID = {
  businessName: "",
  taxId: "",
  taxIdType: "de_vat",
  externalTaxIdType: "eu_vat",
} as const;

function address(elementMode: "billing" | "shipping") {
  const value = { name: "", address: NO_ADDRESS };
  return {
    path: elementMode,
    type: "address",
    title: "Secure address input frame",
    height: 302,
    blank: asking({ elementMode, isNewAddress: true, value }),
  } as const;
}

export const KINDS = {
  payment: {
    path: "payment",
    type: "payment",
    title: "Secure payment input frame",
    height: 262,
    blank: asking({ collapsed: false, value: { type: "card" } }),
  },
  billing: address("billing"),
  shipping: address("shipping"),
  contact: {
    path: "contact",
    type: "contactDetails",
    title: "Secure email input frame",
    height: 77,
    blank: asking({ value: { email: "" } }),
  },
  express: {
    path: "express",
    type: "expressCheckout",
    title: "Secure express checkout frame",
    height: 0,
    blank: silent({}),
  },
  currency: {
    path: "currency",
    type: "currencySelector",
    title: "Secure currency selector",
    height: 0,
    blank: silent({}),
  },
  taxId: {
    path: "tax-id",
    type: "taxId",
    title: "Secure tax ID input frame",
    height: 0,
    blank: silent({ visible: false, value: NO_TAX_ID }),
  },
} as const satisfies Readonly<Record<string, ElementKind>>;

export type KindName = keyof typeof KINDS;
