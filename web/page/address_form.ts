// An address form changes with its country: the server has the lines of each.

import { required, showMessage } from "./dom";
import { sendForDocument } from "./http";
import type { SessionData } from "./session_data";

type Field = HTMLInputElement | HTMLSelectElement;

export function startAddressForm(data: SessionData, purpose: "shipping" | "billing"): void {
  const country = document.getElementById(`${purpose}Country`);
  const id = `${purpose}Address-fields`;
  if (!(country instanceof HTMLSelectElement) || document.getElementById(id) === null) return;
  const say = (text: string | null): void => {
    showMessage(document.getElementById(`${country.id}-error`), text);
  };
  country.addEventListener("input", () => {
    const wanted = country.value;
    const alone = country.name === "country" ? "&alone=yes" : "";
    const url = `/address-form/${purpose}/${wanted}?locale=${data.locale}${alone}`;
    sendForDocument(url, null).then(
      (answer) => {
        if (country.value !== wanted) return; // another one was chosen meanwhile
        say(null);
        exchange(required(`#${id}`, HTMLElement), required(`#${id}`, HTMLElement, answer));
      },
      () => say(data.messages.connectionFailed),
    );
  });
}

/** The new lines in the place of the old ones, with what was typed in those that both have. */
function exchange(old: HTMLElement, fresh: HTMLElement): void {
  const typed = fieldsIn(old);
  for (const field of fieldsIn(fresh)) {
    const before = typed.find(({ id }) => id === field.id);
    // The name of a state in one country is none in another.
    if (before !== undefined && before instanceof HTMLInputElement) field.value = before.value;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const caret = focused instanceof HTMLInputElement ? focused.selectionStart : null;
  old.replaceWith(fresh);
  if (focused !== null) refocus(fresh, focused.id, caret);
  fresh.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Who types already goes on where they were, or in the first line where that one is gone. */
function refocus(fresh: HTMLElement, id: string, caret: number | null): void {
  const fields = fieldsIn(fresh);
  const field = fields.find((each) => each.id === id) ?? fields[0];
  field?.focus();
  if (field instanceof HTMLInputElement && caret !== null) field.setSelectionRange(caret, caret);
}

function fieldsIn(part: HTMLElement): Field[] {
  return Array.from(part.querySelectorAll<Field>(".CheckoutInput"));
}
