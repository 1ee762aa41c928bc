// The session as the page knows it: the newest of the server's views, and what stays on this side.

import type { Contact, Page, Session } from "./types";

/** What the buyer told the page and the server learns only with the payment. */
export interface Kept {
  phoneNumber?: string | null;
  billingAddress?: Contact | null;
}

type Watcher = (session: Session) => void;

export class SessionStore {
  readonly kept: Kept = {};
  /** Set by the elements: whether what is typed into them is complete. */
  elementsComplete: () => boolean = () => true;
  #page: Page | null = null;
  #view = "";
  #shown = "";
  #totalRead = false;
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
    return this.#totalRead;
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
    session.total.total = this.#noticed(session.total.total);
    return session;
  }

  #current(): Session {
    const session = JSON.parse(this.#view) as Session;
    const ready = session.status.type === "open" && this.elementsComplete();
    return Object.assign(session, this.kept, { canConfirm: session.canConfirm && ready });
  }

  /** The amount, as getters that remember that it was read: nobody pays what nobody saw. */
  #noticed(amount: Session["total"]["total"]): Session["total"]["total"] {
    const read = <Value>(value: Value): Value => {
      this.#totalRead = true;
      return value;
    };
    return {
      get minorUnitsAmount() {
        return read(amount.minorUnitsAmount);
      },
      get amount() {
        return read(amount.amount);
      },
    };
  }
}
