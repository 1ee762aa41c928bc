// Which fields are wrong, and when to say so: after leaving one or on paying, never while typing.

import {
  brandOf,
  cvcProblem,
  digitsOf,
  emailProblem,
  expiryProblem,
  holdsCardNumber,
  numberProblem,
  type Problem,
} from "./card_checks";
import { required, showMessage } from "./dom";
import { ibanProblem } from "./iban_checks";
import type { SessionData } from "./session_data";

type Field = HTMLInputElement | HTMLSelectElement;

/** Shorter ones are nobody's; which of the longer ones can be dialled, the server knows. */
const PHONE_DIGITS_MIN = 5;

export class Fields {
  readonly #data: SessionData;
  readonly #form = required(".PaymentForm-form", HTMLFormElement);
  /** The id of a field -> what is said of it. */
  readonly #messages = new Map<string, string>();

  constructor(data: SessionData) {
    this.#data = data;
    this.#form.addEventListener("input", (event) => this.#forgive(event.target));
    this.#form.addEventListener("focusout", (event) => this.#judge(event.target));
  }

  /** Whether everything is filled in as far as one can see. */
  get complete(): boolean {
    return this.#all().every((field) => this.#problemOf(field) === null);
  }

  /** What is in a field, trimmed; "" for a box that is not ticked, or that this page has not. */
  value(name: string): string {
    const field = this.#form.elements.namedItem(name);
    if (field instanceof RadioNodeList) return field.value;
    if (!isField(field)) return "";
    const ticked = field.type !== "checkbox" || (field as HTMLInputElement).checked;
    return ticked ? field.value.trim() : "";
  }

  /** Whether all fields whose names begin so are filled in. */
  completeIn(group: string): boolean {
    const fields = this.#all().filter((field) => field.id.startsWith(group));
    return fields.every((field) => this.#problemOf(field) === null);
  }

  /** Calls `watcher` after each change of a field. */
  onInput(watcher: (event: Event) => void): void {
    this.#form.addEventListener("input", watcher);
  }

  /** Calls `watcher` once a changed field is left. */
  onChange(watcher: (event: Event) => void): void {
    this.#form.addEventListener("change", watcher);
  }

  /** Shows every problem and, with `focus`, goes to the first; true when there is none. */
  report(focus = true): boolean {
    this.#messages.clear();
    for (const field of this.#all()) this.#note(field);
    this.#show();
    const first = this.#all().find((field) => this.#messages.has(field.id));
    if (focus) first?.focus();
    return first === undefined;
  }

  /** Says of a field what the server found wrong with it. False when there is no such field. */
  refuse(id: string, message: string): boolean {
    const field = this.#all().find((each) => each.id === id);
    if (field === undefined) return false;
    this.#messages.set(id, message);
    this.#show();
    field.focus();
    return true;
  }

  #forgive(target: EventTarget | null): void {
    if (!isField(target) || !this.#messages.delete(target.id)) return;
    this.#show();
  }

  /** An empty field that the buyer only passed through is not a mistake yet. */
  #judge(target: EventTarget | null): void {
    if (!isField(target) || target.value === "" || !this.#all().includes(target)) return;
    if (!this.#note(target)) return;
    this.#show();
  }

  /** Whether something has to be said of the field. What the server said of it stands. */
  #note(field: Field): boolean {
    const problem = this.#problemOf(field);
    if (problem === null) return false;
    this.#messages.set(field.id, this.#data.messages[problem]);
    return true;
  }

  /** In the order of the page. */
  #all(): Field[] {
    return Array.from(this.#form.querySelectorAll<Field>(".CheckoutInput[id]"));
  }

  #problemOf(field: Field): Problem {
    if (!isAsked(field)) return null;
    const brand = brandOf(digitsOf(this.value("cardNumber")), this.#data.brands);
    switch (field.id) {
      case "email":
        return emailProblem(field.value);
      case "cardNumber":
        return numberProblem(digitsOf(field.value), brand);
      case "cardExpiry":
        return expiryProblem(field.value, new Date(), this.#data.expiryYearsMax);
      case "cardCvc":
        return cvcProblem(field.value, brand);
      case "iban":
        return ibanProblem(field.value);
      default:
        return textProblem(field);
    }
  }

  #show(): void {
    const said = new Set<string>();
    for (const field of this.#all()) {
      const message = isAsked(field) ? this.#messages.get(field.id) : undefined;
      const wrong = message !== undefined;
      // Fields of one group share a place for messages, which says the same thing once.
      const place = `${field.closest("fieldset")?.id} ${message}`;
      field.classList.toggle("CheckoutInput--invalid", wrong);
      field.setAttribute("aria-invalid", String(wrong));
      const text = wrong && !said.has(place) ? message : null;
      if (wrong) said.add(place);
      showMessage(document.getElementById(`${field.id}-error`), text);
    }
  }
}

function textProblem(field: Field): Problem {
  const text = field.value.trim();
  if (text === "") return field.required ? "required" : null;
  const { pattern } = field.dataset;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "i").test(text)) {
    return "postalCodeInvalid";
  }
  if (field.type === "tel") return digitsOf(text).length < PHONE_DIGITS_MIN ? "phoneInvalid" : null;
  return holdsCardNumber(text) ? "cardInText" : null;
}

/** A part of the form may be hidden, or be asked only while a box is ticked, or is not. */
function isAsked(field: Field): boolean {
  if (field.closest("[hidden], .PostalCode--unneeded") !== null) return false;
  const unless = field.closest<HTMLElement>("[data-unless]")?.dataset["unless"];
  const onlyIf = field.closest<HTMLElement>("[data-only-if]")?.dataset["onlyIf"];
  return !(unless && isTicked(unless)) && !(onlyIf && !onlyIf.split(" ").some(isTicked));
}

function isTicked(id: string): boolean {
  return document.querySelector<HTMLInputElement>(`#${id}`)?.checked ?? false;
}

function isField(thing: unknown): thing is Field {
  return thing instanceof HTMLInputElement || thing instanceof HTMLSelectElement;
}
