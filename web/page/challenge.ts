// The bank's page in a dialog, while it asks its customer.

import { isChallengeDone } from "./messages";
import type { SessionData } from "./session_data";

export class Challenge {
  readonly #data: SessionData;

  constructor(data: SessionData) {
    this.#data = data;
  }

  /** Resolves once the bank is done, or to true when the buyer closed it. How it went, only the
   * server knows. */
  async run(bank: string): Promise<boolean> {
    const url = new URL(bank, location.href);
    if (url.origin !== location.origin) return leaveFor(url);
    url.searchParams.set("modal", "1");
    const dialog = this.#show(url);
    const closed = await this.#finished(dialog);
    dialog.remove();
    if (closed) await refuse(url);
    return closed;
  }

  #show(url: URL): HTMLDialogElement {
    const dialog = document.createElement("dialog");
    const frame = document.createElement("iframe");
    const holder = document.createElement("div");
    dialog.className = "ChallengeModal";
    dialog.setAttribute("aria-label", this.#data.messages.bankTitle);
    frame.name = this.#data.challengeFrame;
    frame.title = this.#data.messages.bankTitle;
    frame.src = url.href;
    holder.append(frame);
    dialog.append(holder, this.#closeButton(dialog));
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }

  #closeButton(dialog: HTMLDialogElement): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ChallengeModal-close IconButton";
    button.textContent = "×";
    button.setAttribute("aria-label", this.#data.messages.close);
    button.addEventListener("click", () => dialog.close());
    return button;
  }

  /** Resolves to whether the buyer closed the dialog before the bank was done. */
  #finished(dialog: HTMLDialogElement): Promise<boolean> {
    return new Promise((resolve) => {
      const onMessage = (event: MessageEvent) => {
        if (!isChallengeDone(event, this.#data.session)) return;
        end(false);
      };
      const end = (closed: boolean) => {
        removeEventListener("message", onMessage);
        resolve(closed);
      };
      addEventListener("message", onMessage);
      dialog.addEventListener("close", () => end(true));
    });
  }
}

/** Another site's bank page may not be framed: the whole window goes there, and comes back. */
function leaveFor(url: URL): Promise<never> {
  location.assign(url);
  return new Promise(() => undefined);
}

/** Closing the dialog is a no, and the bank must hear it so that the buyer may try another card. */
async function refuse(url: URL): Promise<void> {
  const body = new URLSearchParams({ outcome: "fail", modal: "1" });
  await fetch(url.pathname, { method: "POST", body }).catch(() => undefined);
}
