// The order and its sums. The server makes them; here they are only put in their places.

import { required } from "./dom";
import { sendForDocument } from "./http";
import { pageUrl, type SessionData } from "./session_data";

export class Summary {
  readonly #data: SessionData;
  readonly #watchers: (() => void)[] = [];
  #last: Promise<boolean> = Promise.resolve(true);
  #changing = 0;

  constructor(data: SessionData) {
    this.#data = data;
  }

  /** The total as the buyer reads it. */
  get totalText(): string {
    return required("#OrderDetails-TotalAmount", HTMLElement).textContent ?? "";
  }

  /** The total that the buyer was shown, in minor units. */
  get expectedAmount(): string {
    return required("#payment-state [name=expected_amount]", HTMLInputElement).value;
  }

  get version(): number {
    return Number(required("#payment-state [name=version]", HTMLInputElement).value);
  }

  /** Whether a change is on its way to the server. */
  get busy(): boolean {
    return this.#changing > 0;
  }

  /** Calls `watcher` after each time that new sums were put in place. */
  onUpdate(watcher: () => void): void {
    this.#watchers.push(watcher);
  }

  /** Asks the server for a change, after the changes before it. Rejects with its refusal. */
  change(action: "quantity" | "tax", form: URLSearchParams): Promise<void> {
    const done = this.#last.then(() => this.#update(pageUrl(this.#data, `/${action}`), form));
    this.#last = done.then(
      () => true,
      () => false,
    );
    this.#begin(done);
    return done.then(() => undefined);
  }

  /** Resolves once no change is on its way: false when the last one that it waited for failed. */
  async settled(): Promise<boolean> {
    let made = true;
    while (this.busy) made = await this.#last;
    return made;
  }

  /** Fetches the sums as they are now; resolves to whether the buyer sees something else. */
  refresh(): Promise<boolean> {
    return this.#update(pageUrl(this.#data, ""), null);
  }

  async #update(url: string, form: URLSearchParams | null): Promise<boolean> {
    const answer = await sendForDocument(url, form);
    const before = this.#shown();
    this.#place(answer.body);
    const changed = this.#shown() !== before;
    if (changed) required("#ProductSummary-totalAmount", HTMLElement).classList.add("is-fresh");
    for (const watcher of this.#watchers) watcher();
    return changed;
  }

  /** Each part replaces the one with its id; the focus stays where it was. */
  #place(parts: HTMLElement): void {
    const focused = document.activeElement?.id;
    for (const part of Array.from(parts.children)) {
      document.getElementById(part.id)?.replaceWith(part);
    }
    if (focused) document.getElementById(focused)?.focus();
    this.#checkForm();
  }

  /** An order that became free, or ceased to be, is paid by another form. */
  #checkForm(): void {
    const needed = required("#payment-state", HTMLElement).hasAttribute("data-card-needed");
    const shown = document.getElementById("cardNumber") !== null;
    if (needed !== shown) location.reload();
  }

  #shown(): string {
    return required("#order-details", HTMLElement).textContent ?? "";
  }

  #begin(work: Promise<unknown>): void {
    this.#changing += 1;
    this.#showBusy();
    const end = () => {
      this.#changing -= 1;
      this.#showBusy();
    };
    work.then(end, end);
  }

  #showBusy(): void {
    required("#order-details", HTMLElement).setAttribute("aria-busy", String(this.busy));
  }
}
