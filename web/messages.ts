// What our frames and the page around them say to each other: one union for each direction.
//
// A message is read only after its origin and its window were compared (`isFrom`), and is sent to
// one origin, never to "*".

import type {
  StripeEmbeddedCheckoutShippingDetails,
  StripeEmbeddedCheckoutSubmitFailureReason,
} from "@stripe/stripe-js";

/** What an element says of itself with every change; never what is in a card's field. */
export interface ElementState<Details = Readonly<Record<string, unknown>>> {
  readonly empty: boolean;
  readonly complete: boolean;
  /** The element's own part of its `change` event, as the published types name it. */
  readonly details: Details;
}

export interface LineItemChange {
  readonly id: string;
  readonly quantity: number;
}

/** What the merchant's page may be asked about before our server is. */
export type Proposal =
  | { readonly type: "paydesk.lineItemsChange"; readonly lineItems: readonly LineItemChange[] }
  | {
      readonly type: "paydesk.shippingDetailsChange";
      readonly shippingDetails: StripeEmbeddedCheckoutShippingDetails;
    };

/** What a merchant may count: each becomes an event of `onAnalyticsEvent`. */
export type Happening =
  | { readonly eventType: "lineItemChange" }
  | { readonly eventType: "checkoutSubmitted"; readonly paymentMethodType: string }
  | {
      readonly eventType: "checkoutSubmitFailed";
      readonly paymentMethodType: string;
      readonly failureReason: StripeEmbeddedCheckoutSubmitFailureReason;
    };

/** How a frame's question to our server was answered: the HTTP status (0: none) and the body. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
}

/** A frame of ours -> the page around it. */
export type FrameMessage =
  | { readonly type: "paydesk.ready" }
  | { readonly type: "paydesk.resize"; /** In CSS pixels. */ readonly height: number }
  | { readonly type: "paydesk.complete"; readonly session: string }
  | { readonly type: "paydesk.navigate"; readonly url: string }
  | (Proposal & { readonly request: number; readonly session: string })
  | { readonly type: "paydesk.happened"; readonly what: Happening }
  | { readonly type: "paydesk.focus" | "paydesk.blur" | "paydesk.escape" }
  | { readonly type: "paydesk.change"; readonly state: ElementState }
  | { readonly type: "paydesk.validated"; readonly request: number; readonly problem: string | null }
  | { readonly type: "paydesk.confirmed"; readonly request: number; readonly answer: ServerAnswer }
  | { readonly type: "paydesk.challenged"; readonly request: number };

/** The page around a frame -> the frame. */
export type HostMessage =
  | {
      readonly type: "paydesk.decision";
      readonly request: number;
      readonly accepted: boolean;
      readonly errorMessage: string | null;
    }
  | {
      readonly type: "paydesk.setup";
      readonly appearance: unknown;
      readonly options: unknown;
      /** Whether another element asks for the billing address, so that nobody is asked twice. */
      readonly billingElsewhere: boolean;
    }
  | { readonly type: "paydesk.act"; readonly action: "focus" | "blur" | "clear" }
  | {
      readonly type: "paydesk.validate";
      readonly request: number;
      /** Whether the first faulty field takes the focus. */
      readonly focus: boolean;
    }
  | {
      readonly type: "paydesk.confirm";
      readonly request: number;
      /** Fields of the confirm request that the page knows; the frame adds its own. */
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly type: "paydesk.challenge"; readonly request: number; readonly url: string };

/** Whether a message comes from that window at that origin; nothing else of it is read before. */
export function isFrom(event: MessageEvent, sender: unknown, origin: string): boolean {
  return event.origin === origin && event.source === sender;
}

/** The message that `isFrom` has let in, or null when it is not one of ours. */
export function messageIn<Kind extends FrameMessage | HostMessage>(
  event: MessageEvent,
): Kind | null {
  const data = event.data as { type?: unknown } | null;
  const ours = typeof data?.type === "string" && data.type.startsWith("paydesk.");
  return ours ? (event.data as Kind) : null;
}
