// The pay button: what it says and how it looks. It can always be pressed; that is how one learns
// what is missing.

import { announce, required } from "./dom";
import type { Fields } from "./fields";
import type { SessionData } from "./session_data";
import type { Summary } from "./summary";

export type Stage = "ready" | "processing" | "success";

const STATES = ["incomplete", "complete", "processing", "success"] as const;

export class SubmitButton {
  readonly #button = required(".SubmitButton", HTMLButtonElement);
  readonly #data: SessionData;
  readonly #fields: Fields;
  #stage: Stage = "ready";
  #label = this.#text.textContent;

  constructor(data: SessionData, summary: Summary, fields: Fields) {
    this.#data = data;
    this.#fields = fields;
    fields.onInput(() => this.#show());
    summary.onUpdate(() => {
      this.#label = this.#text.textContent;
      this.#show();
    });
    this.#show();
  }

  set stage(stage: Stage) {
    this.#stage = stage;
    if (stage === "processing") announce(this.#data.messages.processing);
    if (stage === "success") announce(this.#data.messages.paid);
    this.#show();
  }

  /** The label is looked up each time: new sums bring a new one. */
  get #text(): HTMLElement {
    return required(".SubmitButton-Text--current", HTMLElement);
  }

  #show(): void {
    const idle = this.#fields.complete ? "complete" : "incomplete";
    const state = this.#stage === "ready" ? idle : this.#stage;
    for (const each of STATES) {
      this.#button.classList.toggle(`SubmitButton--${each}`, each === state);
    }
    this.#button.setAttribute("aria-busy", String(state === "processing"));
    this.#text.textContent = state === "processing" ? this.#data.messages.processing : this.#label;
  }
}
