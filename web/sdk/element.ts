// One element: an iframe of ours in the merchant's page. What is typed into it stays in it, and goes
// from there to our server.

import type { ElementState, FrameMessage, HostMessage, ServerAnswer } from "../messages";
import type { ElementKind } from "./element_kinds";
import { Emitter, type Handler } from "./emitter";
import { integrationError } from "./errors";
import { Frame, targetOf } from "./frame";

/** What an element needs to know of its checkout. */
export interface ElementHome {
  /** The session's client secret, once the page has it. Rejects when there is none. */
  readonly secret: Promise<string>;
  readonly locale: string;
  appearance(): unknown;
  /** Whether another element of the page asks for the billing address. */
  billingElsewhere(): boolean;
  /** It came into the page, or went out of it. */
  placed(): void;
  /** Something was typed, or the element came or went. */
  changed(): void;
  destroyed(): void;
}

interface Confirmed {
  readonly answer: ServerAnswer;
}

interface Validated {
  readonly problem: string | null;
}

export class ElementCore {
  readonly kind: ElementKind;
  readonly emitter = new Emitter();
  state: ElementState;
  #options: Readonly<Record<string, unknown>>;
  readonly #home: ElementHome;
  #frame: Frame | null = null;
  #holder: HTMLElement | null = null;
  #destroyed = false;
  #requests = 0;
  readonly #answers = new Map<number, (answer: any) => void>();

  constructor(kind: ElementKind, options: object, home: ElementHome) {
    this.kind = kind;
    this.state = kind.blank;
    this.#options = { ...options };
    this.#home = home;
  }

  get mounted(): boolean {
    return this.#frame !== null;
  }

  /** Whether it stands before `other` in the page. */
  precedes(other: ElementCore): boolean {
    const [mine, theirs] = [this.#frame?.element, other.#frame?.element];
    if (mine === undefined || theirs === undefined) return false;
    return (mine.compareDocumentPosition(theirs) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }

  mount(target: unknown): void {
    if (this.#destroyed) {
      throw integrationError("This Element has already been destroyed. Please create a new one.");
    }
    const place = targetOf(target);
    if (this.#holder?.parentElement === place) return;
    this.unmount();
    const frame = new Frame({
      title: this.kind.title,
      height: this.kind.height,
      colorScheme: "light",
      onMessage: (told) => this.#hear(told),
    });
    const holder = document.createElement("div");
    holder.className = "__PrivateStripeElement";
    holder.append(frame.element);
    place.replaceChildren(holder);
    this.#frame = frame;
    this.#holder = holder;
    this.setUp();
    this.#home.placed();
    this.#home.secret.then(
      (secret) => this.#load(frame, secret),
      (error: unknown) => this.#fail(error),
    );
  }

  unmount(): void {
    this.#frame?.remove();
    this.#holder?.remove();
    this.#frame = null;
    this.#holder = null;
    this.state = this.kind.blank;
    for (const settle of this.#answers.values()) settle(null);
    this.#answers.clear();
    this.#home.placed();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.unmount();
    this.#destroyed = true;
    this.#home.destroyed();
  }

  update(options: object): void {
    this.#options = { ...this.#options, ...options };
    this.setUp();
  }

  /** Tells the frame how it should look, and what it need not ask. */
  setUp(): void {
    this.send({
      type: "paydesk.setup",
      appearance: plain(this.#home.appearance()),
      options: plain(this.#options),
      billingElsewhere: this.#home.billingElsewhere(),
    });
  }

  send(message: HostMessage): void {
    this.#frame?.send(message);
  }

  /** Has the frame send the payment with what was typed into it; null when it went away. */
  async confirm(fields: Readonly<Record<string, string>>): Promise<ServerAnswer | null> {
    const told = await this.#ask<Confirmed>((request) => {
      return { type: "paydesk.confirm", request, fields };
    });
    return told?.answer ?? null;
  }

  /** What is wrong in the frame, which shows it, and goes there with `focus`; null: nothing is. */
  async validate(focus: boolean): Promise<string | null> {
    const told = await this.#ask<Validated>((request) => {
      return { type: "paydesk.validate", request, focus };
    });
    return told?.problem ?? null;
  }

  #ask<Answer>(question: (request: number) => HostMessage): Promise<Answer | null> {
    const request = (this.#requests += 1);
    return new Promise((resolve) => {
      this.#answers.set(request, resolve);
      this.send(question(request));
    });
  }

  #load(frame: Frame, secret: string): void {
    if (this.#frame !== frame) return;
    const path = `/elements/${this.kind.path}/${encodeURIComponent(secret)}`;
    frame.load(path, { locale: this.#home.locale });
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#emit("loaderror", { error: { type: "invalid_request_error", message } });
  }

  #hear(told: FrameMessage): void {
    switch (told.type) {
      case "paydesk.ready":
        return this.#emit("ready", {});
      case "paydesk.focus":
      case "paydesk.blur":
      case "paydesk.escape":
        return this.#emit(told.type.slice("paydesk.".length), {});
      case "paydesk.change":
        return this.#change(told.state);
      case "paydesk.validated":
      case "paydesk.confirmed":
        this.#answers.get(told.request)?.(told);
        this.#answers.delete(told.request);
    }
  }

  #change(state: ElementState): void {
    this.state = state;
    const { empty, complete, details } = state;
    this.#emit("change", { empty, complete, ...details });
    this.#home.changed();
  }

  #emit(event: string, more: object): void {
    this.emitter.emit(event, { elementType: this.kind.type, ...more });
  }
}

/** What can be sent to a frame: data, no functions. */
function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

export type Element = ReturnType<typeof elementOf>;

/** The element as pages see it: its own functions, none of which needs `this`. */
export function elementOf(core: ElementCore) {
  const act = (action: "focus" | "blur" | "clear") => (): void => {
    core.send({ type: "paydesk.act", action });
  };
  const element = {
    mount: (target: string | HTMLElement): void => core.mount(target),
    unmount: (): void => core.unmount(),
    destroy: (): void => core.destroy(),
    update: (options: object = {}): any => chained(() => core.update(options)),
    focus: act("focus"),
    blur: act("blur"),
    clear: act("clear"),
    collapse: (): any => element, // one payment method has nothing to fold away
    on: (event: string, handler: Handler): any => chained(() => core.emitter.on(event, handler)),
    once: (event: string, handler: Handler): any => {
      return chained(() => core.emitter.once(event, handler));
    },
    off: (event: string, handler?: Handler): any => {
      return chained(() => core.emitter.off(event, handler));
    },
    getValue: (): Promise<any> => {
      const { complete, empty, details } = core.state;
      return Promise.resolve({ complete, empty, ...details });
    },
  };
  const chained = (action: () => void): typeof element => {
    action();
    return element;
  };
  return element;
}
