// Runs in the bank's frame after its form was answered, and tells the page around it.

import type { ChallengeDone } from "./messages";

export function reportChallengeDone(): void {
  const done = document.querySelector<HTMLElement>("[data-challenge-done]");
  if (done === null || window.parent === window) return;
  const message: ChallengeDone = {
    type: "paydesk.challenge",
    session: done.dataset["challengeDone"] ?? "",
  };
  window.parent.postMessage(message, location.origin);
}
