// Writes an IBAN in groups of four while the buyer types at its end, or has pasted it.

import { formatIban } from "./iban_checks";

export function startDebitFields(): void {
  const iban = document.getElementById("iban");
  if (!(iban instanceof HTMLInputElement)) return;
  iban.addEventListener("input", (event) => {
    const erasing = event instanceof InputEvent && event.inputType.startsWith("delete");
    const atEnd = iban.selectionStart === iban.value.length;
    if (atEnd && !erasing) iban.value = formatIban(iban.value);
  });
}
