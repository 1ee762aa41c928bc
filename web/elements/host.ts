// The merchant's page around this frame. The server named its origin; nobody else is listened to.

import { type FrameMessage, type HostMessage, isFrom, messageIn } from "../messages";

export class Host {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  send(message: FrameMessage): void {
    window.parent.postMessage(message, this.#origin);
  }

  listen(listener: (message: HostMessage) => void): void {
    addEventListener("message", (event) => {
      if (!isFrom(event, window.parent, this.#origin)) return;
      const message = messageIn<HostMessage>(event);
      if (message !== null) listener(message);
    });
  }
}
