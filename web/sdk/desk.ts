// Requests of one checkout to our server, in a row: what was asked last is answered last.

import type { PaymentPages } from "./payment_pages";
import type { SessionStore } from "./store";
import type { Contact, Page } from "./types";

export class Desk {
  readonly pages: PaymentPages;
  readonly store: SessionStore;
  readonly locale: string;
  #secret = "";
  #last: Promise<unknown> = Promise.resolve();

  constructor(pages: PaymentPages, store: SessionStore, locale: string) {
    this.pages = pages;
    this.store = store;
    this.locale = locale;
  }

  get secret(): string {
    return this.#secret;
  }

  /** Loads the session for the first time. Rejects with what went wrong. */
  async open(secret: string): Promise<void> {
    this.#secret = secret;
    this.store.adopt(await this.pages.get(secret));
  }

  /** After everything that was asked before. */
  inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Asks for a change; the store has the new session when this resolves. */
  update(fields: Readonly<Record<string, string>>): Promise<void> {
    return this.inTurn(async () => {
      this.store.adopt(await this.pages.update(this.#secret, fields));
    });
  }

  async refresh(): Promise<Page> {
    const page = await this.pages.get(this.#secret);
    this.store.adopt(page);
    return page;
  }
}

/** Who pays and where they live, as fields of a request; null takes it back. */
export function billingFields(contact: Contact | null): Record<string, string> {
  const name = { "billing_details[name]": contact?.name ?? "" };
  if (contact === null) return { ...name, "billing_details[address]": "" };
  return { ...name, ...addressFields("billing_details[address]", contact) };
}

/** Whom and where the order goes to, as fields of a request; null takes it back. */
export function shippingFields(contact: Contact | null): Record<string, string> {
  if (contact === null) return { shipping: "" };
  const name: Record<string, string> = contact.name ? { "shipping[name]": contact.name } : {};
  return { ...name, ...addressFields("shipping[address]", contact) };
}

/** An address as fields of a request, under `prefix`. */
export function addressFields(prefix: string, contact: Contact): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(contact.address)) {
    if (value) fields[`${prefix}[${name}]`] = value;
  }
  return fields;
}
