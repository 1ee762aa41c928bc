// The quantity dialog. The server's form in it is the same as on the page for browsers without one.

import { announce, required, showMessage } from "./dom";
import type { Surroundings } from "./embedded";
import { Refused } from "./http";
import { checkQuantity, step } from "./quantity_checks";
import { fill, type SessionData } from "./session_data";
import type { Summary } from "./summary";

export function startQuantityDialog(
  data: SessionData,
  summary: Summary,
  surroundings: Surroundings | null,
): void {
  const dialog = new QuantityDialog(data, summary, surroundings);
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches(".AdjustableQuantitySelector")) return;
    event.preventDefault();
    dialog.open(button);
  });
}

class QuantityDialog {
  readonly #data: SessionData;
  readonly #summary: Summary;
  readonly #surroundings: Surroundings | null;
  readonly #dialog = required(".AdjustQuantityModal-modal", HTMLDialogElement);
  readonly #form = required("form", HTMLFormElement, this.#dialog);
  readonly #input = required("#adjustQuantity", HTMLInputElement, this.#dialog);
  #opener = "";
  #bounds = { minimum: 0, maximum: 0 };
  #sending = false;

  constructor(data: SessionData, summary: Summary, surroundings: Surroundings | null) {
    this.#data = data;
    this.#summary = summary;
    this.#surroundings = surroundings;
    this.#form.addEventListener("submit", (event) => this.#onSubmit(event));
    this.#input.addEventListener("input", () => this.#showState());
    this.#dialog.addEventListener("click", (event) => this.#onClick(event.target));
    this.#dialog.addEventListener("close", () => document.getElementById(this.#opener)?.focus());
  }

  /** Opens for the line that `button` belongs to. */
  open(button: HTMLElement): void {
    const line = button.dataset;
    this.#opener = button.id;
    this.#bounds = { minimum: Number(line["minimum"]), maximum: Number(line["maximum"]) };
    this.#part("[name=line_item]", HTMLInputElement).value = line["lineItem"] ?? "";
    this.#part(".AdjustQuantity-name", HTMLElement).textContent = line["name"] ?? "";
    this.#part("#quantity-limits", HTMLElement).textContent = line["limits"] ?? "";
    this.#part(".AdjustQuantityFooter-removeBtn", HTMLElement).hidden = !("removable" in line);
    this.#input.value = line["quantity"] ?? "";
    this.#showState();
    this.#dialog.showModal();
    this.#input.focus();
    this.#input.select();
  }

  #onClick(target: EventTarget | null): void {
    const closes = target instanceof Element && target.closest(".AdjustQuantityHeader-closeBtn");
    if (closes || target === this.#dialog) this.#dialog.close();
  }

  #onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const action = event.submitter?.getAttribute("value");
    if (action === "minus") this.#step(-1);
    else if (action === "plus") this.#step(1);
    else void this.#send(action === "remove" ? "remove" : "update");
  }

  #step(by: 1 | -1): void {
    this.#input.value = step(this.#input.value, by, this.#bounds);
    this.#showState();
  }

  async #send(action: "update" | "remove"): Promise<void> {
    if (this.#sending) return;
    const problem = action === "remove" ? null : checkQuantity(this.#input.value, this.#bounds);
    if (problem !== null) {
      this.#showProblem(fill(this.#data.messages[problem], this.#bounds));
      return;
    }
    this.#setSending(true);
    try {
      await this.#askMerchant(action);
      await this.#summary.change("quantity", this.#request(action));
      this.#surroundings?.happened({ eventType: "lineItemChange" });
      this.#dialog.close();
      announce(fill(this.#data.messages.totalNow, { total: this.#summary.totalText }));
    } catch (error) {
      const { connectionFailed } = this.#data.messages;
      this.#showProblem(error instanceof Refused ? error.message : connectionFailed);
    } finally {
      this.#setSending(false);
    }
  }

  /** A merchant's page may have a say in changes of the order. Rejects when it refuses. */
  async #askMerchant(action: "update" | "remove"): Promise<void> {
    const line = this.#part("[name=line_item]", HTMLInputElement).value;
    const quantity = action === "remove" ? 0 : Number(this.#input.value);
    const decision = await this.#surroundings?.decide(this.#data.session, {
      type: "paydesk.lineItemsChange",
      lineItems: [{ id: line, quantity }],
    });
    if (decision?.accepted === false) {
      throw new Refused(decision.errorMessage ?? this.#data.messages.changeRefused);
    }
  }

  #request(action: string): URLSearchParams {
    return new URLSearchParams({
      line_item: this.#part("[name=line_item]", HTMLInputElement).value,
      adjustQuantity: this.#input.value.trim(),
      action,
    });
  }

  /** A refusal must be seen, even when the buyer closed the dialog meanwhile. */
  #showProblem(text: string): void {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#showState(text);
    this.#input.focus();
  }

  #setSending(sending: boolean): void {
    this.#sending = sending;
    this.#part(".AdjustQuantityFooter-btn", HTMLElement).setAttribute("aria-busy", String(sending));
  }

  #showState(problem: string | null = null): void {
    const { minimum, maximum } = this.#bounds;
    const value = Number(this.#input.value);
    showMessage(this.#part("#quantity-error", HTMLElement), problem);
    this.#input.classList.toggle("CheckoutInput--invalid", problem !== null);
    this.#input.setAttribute("aria-invalid", String(problem !== null));
    this.#markEnd(".AdjustQuantityModal-toggleQuantityBtn--minus", value <= minimum);
    this.#markEnd(".AdjustQuantityModal-toggleQuantityBtn--plus", value >= maximum);
  }

  #markEnd(selector: string, atEnd: boolean): void {
    this.#part(selector, HTMLElement).setAttribute("aria-disabled", String(atEnd));
  }

  #part<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
    return required(selector, kind, this.#dialog);
  }
}
