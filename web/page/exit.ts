// The way out of a checkout that is paid.

import type { Surroundings } from "./embedded";
import { sendForJson } from "./http";
import { pageUrl, type SessionData } from "./session_data";

export class Exit {
  readonly #data: SessionData;
  readonly #surroundings: Surroundings | null;

  constructor(data: SessionData, surroundings: Surroundings | null) {
    this.#data = data;
    this.#surroundings = surroundings;
  }

  /** Where the merchant wants the buyer: on a page of theirs, or still on the page around us. */
  async leave(): Promise<void> {
    const around = this.#surroundings;
    if (around === null) {
      location.assign(pageUrl(this.#data, "/return"));
    } else if (this.#data.redirects) {
      const url = await this.#landing().catch(() => null);
      if (url === null) location.reload();
      else around.navigate(url);
    } else {
      around.complete(this.#data.session);
      location.reload();
    }
  }

  async #landing(): Promise<string | null> {
    const told = await sendForJson<{ url: string | null }>(pageUrl(this.#data, "/landing"));
    return told.url;
  }
}
