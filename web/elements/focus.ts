// `focus`, `blur` and `escape`: of the element as a whole, not of each of its fields.

import type { Host } from "./host";

export function reportFocus(host: Host): void {
  let inside = false;
  document.addEventListener("focusin", () => {
    if (!inside) host.send({ type: "paydesk.focus" });
    inside = true;
  });
  document.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== null) return;
    inside = false;
    host.send({ type: "paydesk.blur" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") host.send({ type: "paydesk.escape" });
  });
}

/** What a page's `element.focus()`, `.blur()` and `.clear()` do. */
export function act(action: "focus" | "blur" | "clear"): void {
  const fields = document.querySelectorAll<HTMLInputElement>("input");
  if (action === "focus") fields[0]?.focus();
  else if (action === "blur") (document.activeElement as HTMLElement | null)?.blur();
  else fields.forEach(empty);
}

function empty(field: HTMLInputElement): void {
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
