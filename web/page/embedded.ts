// The page in a frame of the merchant's page: as high as what is in it, and in touch with the page
// around it.

import { Host } from "../elements/host";
import type { Happening, HostMessage, Proposal } from "../messages";

/** How long the merchant's page may think about a change. */
const DECISION_TIMEOUT_MS = 20_000;

/** Above and below an open dialog, in CSS pixels. */
const DIALOG_MARGIN = 16;

export type Decision = HostMessage & { type: "paydesk.decision" };

/** What a merchant's page may want to be asked about -> how the address of this page says so. */
const ASKED = {
  "paydesk.lineItemsChange": "line_items",
  "paydesk.shippingDetailsChange": "shipping_details",
} as const satisfies Record<Proposal["type"], string>;

/** The page around this one; null when there is none. */
export class Surroundings {
  readonly #host: Host;
  readonly #query: URLSearchParams;
  readonly #asked = new Map<number, (decision: Decision) => void>();
  #requests = 0;

  constructor(query: URLSearchParams, origin: string) {
    this.#host = new Host(origin);
    this.#query = query;
    this.#host.listen((message) => {
      if (message.type !== "paydesk.decision") return;
      this.#asked.get(message.request)?.(message);
      this.#asked.delete(message.request);
    });
    keepHeight(this.#host);
    this.#host.send({ type: "paydesk.ready" });
  }

  /** The buyer goes on to another page, in the whole window. */
  navigate(url: string): void {
    this.#host.send({ type: "paydesk.navigate", url });
  }

  /** The session is paid, and the merchant's page goes on by itself. */
  complete(session: string): void {
    this.#host.send({ type: "paydesk.complete", session });
  }

  /** Something that the merchant may count. */
  happened(what: Happening): void {
    this.#host.send({ type: "paydesk.happened", what });
  }

  /** What the merchant's page says to a change; null when it does not want to be asked. */
  decide(session: string, proposal: Proposal): Promise<Decision> | null {
    if (this.#query.get(ASKED[proposal.type]) !== "ask") return null;
    const request = (this.#requests += 1);
    const answered = new Promise<Decision>((resolve) => {
      this.#asked.set(request, resolve);
      const refusal = { request, accepted: false, errorMessage: null } as const;
      const giveUp = () => resolve({ type: "paydesk.decision", ...refusal });
      setTimeout(giveUp, DECISION_TIMEOUT_MS);
    });
    this.#host.send({ ...proposal, request, session });
    return answered;
  }
}

/** The server has checked the origin that the address names: only its pages get this one. */
export function findSurroundings(): Surroundings | null {
  if (window.parent === window || !document.body.classList.contains("Embedded")) return null;
  const query = new URLSearchParams(location.search);
  const origin = query.get("host");
  return origin === null ? null : new Surroundings(query, origin);
}

/** A page that is not made for frames shows nothing in one, should a browser let it be framed. */
export function leaveForeignFrame(): void {
  const framed = window.top !== window && document.body.classList.contains("Checkout");
  if (framed && !document.body.classList.contains("Embedded")) document.body.replaceChildren();
}

function keepHeight(host: Host): void {
  let told = 0;
  const tell = (): void => {
    const height = Math.ceil(Math.max(document.body.getBoundingClientRect().height, lowestEdge()));
    if (height === told) return;
    told = height;
    host.send({ type: "paydesk.resize", height });
  };
  const sizes = new ResizeObserver(tell);
  sizes.observe(document.body);
  for (const dialog of document.querySelectorAll("dialog")) sizes.observe(dialog);
  new MutationObserver(tell).observe(document.body, {
    attributeFilter: ["open"],
    childList: true,
    subtree: true,
  });
  placeDialogs();
}

/** The lower edge of an open dialog, with its margin; the frame has to reach so far. */
function lowestEdge(): number {
  const open = Array.from(document.querySelectorAll("dialog[open]"));
  const edges = open.map((dialog) => dialog.getBoundingClientRect().bottom + DIALOG_MARGIN);
  return Math.max(0, ...edges);
}

/** A dialog opens beside the button that opens it: the middle of a long frame may be out of sight. */
function placeDialogs(): void {
  const place = (event: Event): void => {
    if (!(event.target instanceof Element) || event.target.closest("dialog") !== null) return;
    const top = event.target.getBoundingClientRect().top - 4 * DIALOG_MARGIN;
    const clear = Math.max(DIALOG_MARGIN, Math.round(top));
    document.documentElement.style.setProperty("--dialog-top", `${clear}px`);
  };
  document.addEventListener("click", place, { capture: true });
  document.addEventListener("focusin", place);
}
