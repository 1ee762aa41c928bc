// An iframe of ours in somebody's page, and what it says.

import { type FrameMessage, type HostMessage, isFrom, messageIn } from "../messages";
import { integrationError } from "./errors";
import { home } from "./home";

const NO_IPV6 =
  "No policy can allow frames in pages of an IPv6 address: open this page by a name, like localhost.";

let framesMade = 0;

export interface FrameOptions {
  readonly title: string;
  /** Suites look for the beginning `__privateStripeFrame`, or for `embedded-checkout`. */
  readonly name?: string;
  /** The document's, where it is always the same: were the frame's another, it would be opaque. */
  readonly colorScheme?: string;
  /** In CSS pixels, until the document tells its own. */
  readonly height?: number;
  readonly onMessage: (message: FrameMessage) => void;
  readonly onFailure?: () => void;
}

export class Frame {
  readonly element = document.createElement("iframe");
  readonly #options: FrameOptions;
  readonly #origin = new URL(home.base).origin;
  #ready = false;
  #waiting: HostMessage[] = [];

  constructor(options: FrameOptions) {
    this.#options = options;
    const { element } = this;
    element.title = options.title;
    element.name = options.name ?? `__privateStripeFrame${String((framesMade += 1))}`;
    element.setAttribute("allow", "payment *");
    element.setAttribute("scrolling", "no");
    element.setAttribute("allowtransparency", "true");
    Object.assign(element.style, STYLE);
    if (options.height !== undefined) element.style.height = `${options.height}px`;
    if (options.colorScheme !== undefined) element.style.colorScheme = options.colorScheme;
    addEventListener("message", this.#listen);
  }

  /** Loads a document of our server, which is told which page is around it. */
  load(path: string, query: Readonly<Record<string, string>> = {}): void {
    if (location.hostname.startsWith("[")) console.warn(NO_IPV6);
    const url = new URL(home.base + path);
    url.search = new URLSearchParams({ ...query, host: location.origin }).toString();
    this.element.addEventListener("error", () => this.#options.onFailure?.());
    this.element.src = url.href;
  }

  /** Sends at once, or as soon as the frame's script runs. */
  send(message: HostMessage): void {
    if (this.#ready) this.element.contentWindow?.postMessage(message, this.#origin);
    else this.#waiting.push(message);
  }

  remove(): void {
    removeEventListener("message", this.#listen);
    this.element.remove();
  }

  readonly #listen = (event: MessageEvent): void => {
    if (!isFrom(event, this.element.contentWindow, this.#origin)) return;
    const message = messageIn<FrameMessage>(event);
    if (message === null) return;
    if (message.type === "paydesk.ready") this.#begin();
    if (message.type === "paydesk.resize") this.element.style.height = `${message.height}px`;
    this.#options.onMessage(message);
  };

  #begin(): void {
    this.#ready = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.send(message);
  }
}

const STYLE = {
  border: "0",
  display: "block",
  width: "100%",
  height: "0",
  margin: "0",
  padding: "0",
  colorScheme: "normal",
  userSelect: "none",
} as const;

/** The node that a page wants something mounted in: itself, or the first that a selector finds. */
export function targetOf(target: unknown): HTMLElement {
  const found = typeof target === "string" ? document.querySelector(target) : target;
  if (found instanceof HTMLElement) return found;
  const shown = typeof target === "string" ? `"${target}"` : String(target);
  throw integrationError(
    `Invalid DOM element specified. Use a valid selector or DOM element, not ${shown}.`,
  );
}
