// The order on a phone: a panel that "Details" opens. The browser opens and closes it; Escape is ours.

import { required } from "./dom";

export function startOrderPanel(): void {
  const panel = required("#order-panel", HTMLElement);
  if (!("hidePopover" in panel)) return;
  document.addEventListener("keydown", (event) => {
    const covered = document.querySelector("dialog[open]") !== null;
    if (event.key === "Escape" && !covered && panel.matches(":popover-open")) panel.hidePopover();
  });
  panel.addEventListener("toggle", () => {
    const open = panel.matches(":popover-open");
    required(".App-Payment", HTMLElement).inert = open;
    if (open) required("button", HTMLButtonElement, panel).focus();
  });
}
