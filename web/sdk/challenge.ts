// The bank's page over the merchant's: a frame of ours as large as the window, with the dialog in it.

import { Frame } from "./frame";

const STYLE = {
  position: "fixed",
  inset: "0",
  width: "100%",
  height: "100%",
  zIndex: "2147483647",
} as const;

/** Resolves once the bank is done or the buyer closed it. How it went, only the server knows. */
export function runChallenge(secret: string, bank: string, locale: string): Promise<void> {
  return new Promise((resolve) => {
    const frame = new Frame({
      title: "Secure 3D Secure frame",
      onMessage: (told) => {
        if (told.type !== "paydesk.challenged") return;
        frame.remove();
        resolve();
      },
    });
    Object.assign(frame.element.style, STYLE);
    document.body.append(frame.element);
    frame.send({ type: "paydesk.challenge", request: 1, url: bank });
    frame.load(`/elements/challenge/${encodeURIComponent(secret)}`, { locale });
    frame.element.focus();
  });
}
