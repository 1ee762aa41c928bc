// Which fields are wrong, and when to say so: after leaving one or on paying, never while typing.

import {
  brandOf,
  cvcProblem,
  digitsOf,
  emailProblem,
  expiryProblem,
  numberProblem,
  type Problem,
} from "./card_checks";
import { required, showMessage } from "./dom";
import type { SessionData } from "./session_data";

type Field = HTMLInputElement | HTMLSelectElement;

/** In the order of the page. */
const NAMES = [
  "email",
  "cardNumber",
  "cardExpiry",
  "cardCvc",
  "billingName",
  "billingPostalCode",
] as const;

type Name = (typeof NAMES)[number];

/** These share one place for messages, which says the same thing once. */
const SIDE_BY_SIDE: readonly Name[] = ["cardNumber", "cardExpiry", "cardCvc"];

export class Fields {
  readonly #data: SessionData;
  readonly #form = required(".PaymentForm-form", HTMLFormElement);
  readonly #problems = new Map<Name, Problem>();

  constructor(data: SessionData) {
    this.#data = data;
    this.#form.addEventListener("input", (event) => this.#forgive(event.target));
    this.#form.addEventListener("focusout", (event) => this.#judge(event.target));
  }

  /** Whether everything is filled in as far as one can see. */
  get complete(): boolean {
    return NAMES.every((name) => this.#problemOf(name) === null);
  }

  /** What is in a field, trimmed; "" for one that this page does not have. */
  value(name: string): string {
    const field = this.#form.elements.namedItem(name);
    return isField(field) ? field.value.trim() : "";
  }

  /** Calls `watcher` after each change of a field. */
  onInput(watcher: () => void): void {
    this.#form.addEventListener("input", watcher);
  }

  /** Shows every problem and, with `focus`, goes to the first; true when there is none. */
  report(focus = true): boolean {
    for (const name of NAMES) this.#problems.set(name, this.#problemOf(name));
    this.#show();
    const first = NAMES.find((name) => this.#problems.get(name));
    if (focus && first !== undefined) document.getElementById(first)?.focus();
    return first === undefined;
  }

  #forgive(target: EventTarget | null): void {
    if (!isField(target) || !this.#problems.get(target.id as Name)) return;
    this.#problems.set(target.id as Name, null);
    this.#show();
  }

  /** An empty field that the buyer only passed through is not a mistake yet. */
  #judge(target: EventTarget | null): void {
    if (!isField(target) || target.value === "" || !isName(target.id)) return;
    this.#problems.set(target.id, this.#problemOf(target.id));
    this.#show();
  }

  #problemOf(name: Name): Problem {
    const field = document.getElementById(name);
    if (!isField(field) || field.closest("[hidden], .PostalCode--unneeded") !== null) return null;
    const brand = brandOf(digitsOf(this.value("cardNumber")), this.#data.brands);
    switch (name) {
      case "email":
        return emailProblem(field.value);
      case "cardNumber":
        return numberProblem(digitsOf(field.value), brand);
      case "cardExpiry":
        return expiryProblem(field.value, new Date(), this.#data.expiryYearsMax);
      case "cardCvc":
        return cvcProblem(field.value, brand);
      case "billingName":
      case "billingPostalCode":
        return field.value.trim() === "" ? "required" : null;
    }
  }

  #show(): void {
    const said = new Set<Problem>();
    for (const name of NAMES) {
      const field = document.getElementById(name);
      if (field === null) continue;
      const problem = this.#problems.get(name) ?? null;
      const repeated = SIDE_BY_SIDE.includes(name) && said.has(problem);
      if (SIDE_BY_SIDE.includes(name)) said.add(problem);
      field.classList.toggle("CheckoutInput--invalid", problem !== null);
      field.setAttribute("aria-invalid", String(problem !== null));
      const text = problem === null || repeated ? null : this.#data.messages[problem];
      showMessage(document.getElementById(`${name}-error`), text);
    }
  }
}

function isField(thing: unknown): thing is Field {
  return thing instanceof HTMLInputElement || thing instanceof HTMLSelectElement;
}

function isName(id: string): id is Name {
  return NAMES.some((name) => name === id);
}
