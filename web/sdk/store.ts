// The session as the page knows it: the newest of the server's views, and what stays on this side.

import type { Contact, Page, Session } from "./types";

type Watcher = (session: Session) => void;

/** The three that make an amount of money together: minor units alone are no sum to show. */
const MONEY_PARTS = ["minorUnitsAmount", "currency", "minorUnitsAmountDivisor"] as const;

type Read = "amount" | (typeof MONEY_PARTS)[number];

export class SessionStore {
  /** What the page told the server of the billing address: it stands over what is typed with a card. */
  billingAddress: Contact | null = null;
  /** Set by the elements: whether what is typed into them is complete. */
  elementsComplete: () => boolean = () => true;
  #page: Page | null = null;
  #view = "";
  #shown = "";
  readonly #read = new Set<Read>();
  readonly #watchers: Watcher[] = [];

  get page(): Page {
    if (this.#page === null) throw new Error("the session is not loaded");
    return this.#page;
  }

  get loaded(): boolean {
    return this.#page !== null;
  }

  /** Whether the page has looked at the total that the buyer is to pay. */
  get totalRead(): boolean {
    return this.#read.has("amount") || MONEY_PARTS.every((part) => this.#read.has(part));
  }

  /** The total in minor units. Looking at it here is not the page's looking. */
  get amount(): number {
    return this.page.client_view.total.total.minorUnitsAmount;
  }

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  /** Takes what the server says, unless something newer is known already. */
  adopt(page: Page): void {
    if (this.#page !== null && page.version < this.#page.version) return;
    this.#page = page;
    this.#view = JSON.stringify(page.client_view);
    this.announce();
  }

  /** Tells everyone who watches, if what they would see is not what they saw. */
  announce(): void {
    if (!this.loaded) return;
    const shown = JSON.stringify(this.#current());
    const first = this.#shown === "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (first) return;
    for (const watcher of this.#watchers) watcher(this.fresh());
  }

  /** A plain object of its own for everyone who asks: pages write into it, React compares it. */
  fresh(): Session {
    const session = this.#current();
    this.#notice(session.total.total, ["amount", "minorUnitsAmount"]);
    this.#notice(session, ["currency", "minorUnitsAmountDivisor"]);
    return session;
  }

  #current(): Session {
    const session = JSON.parse(this.#view) as Session;
    const ready = session.status.type === "open" && this.elementsComplete();
    return Object.assign(session, { canConfirm: session.canConfirm && ready });
  }

  /** Makes some fields remember that they were read: nobody pays what nobody saw. */
  #notice<Whole, Name extends keyof Whole & Read>(whole: Whole, names: readonly Name[]): void {
    for (const name of names) {
      let value = whole[name];
      Object.defineProperty(whole, name, {
        configurable: true,
        enumerable: true,
        get: () => {
          this.#read.add(name);
          return value;
        },
        set: (given: Whole[Name]) => {
          value = given;
        },
      });
    }
  }
}
