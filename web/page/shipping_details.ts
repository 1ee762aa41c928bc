// A merchant's page around the form may want to have a say in where the order goes: it may change
// what that costs.

import { addressIn } from "./address_fields";
import type { Surroundings } from "./embedded";
import type { Fields } from "./fields";
import type { SessionData } from "./session_data";
import type { Summary } from "./summary";

interface Parts {
  readonly data: SessionData;
  readonly fields: Fields;
  readonly summary: Summary;
  readonly surroundings: Surroundings | null;
}

export class ShippingDetails {
  readonly #parts: Parts;
  /** What was asked about last, and whether the merchant took it. */
  #asked = "";
  #refused = false;
  #accepted: Promise<boolean> = Promise.resolve(true);

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.fields.onChange(({ target }) => {
      if (target instanceof HTMLElement && target.id.startsWith("shipping")) void this.settled();
    });
  }

  /** Asks about an address that is new and whole; resolves to whether the merchant took the last.
   * A refusal need not be for ever: `again` asks once more. */
  settled(again = false): Promise<boolean> {
    const { data, fields, surroundings } = this.#parts;
    const name = fields.value("shippingName");
    if (name === "" || !fields.completeIn("shipping")) return this.#accepted;
    const shippingDetails = { name, address: addressIn((id) => fields.value(id), "shipping") };
    const text = JSON.stringify(shippingDetails);
    if (text === this.#asked && !(again && this.#refused)) return this.#accepted;
    const decided = surroundings?.decide(data.session, {
      type: "paydesk.shippingDetailsChange",
      shippingDetails,
    });
    if (!decided) return this.#accepted;
    this.#asked = text;
    this.#refused = false;
    this.#accepted = decided.then(({ accepted, errorMessage }) => {
      return accepted ? this.#take() : this.#refuse(errorMessage);
    });
    return this.#accepted;
  }

  /** The merchant's server may have changed the order meanwhile. */
  async #take(): Promise<boolean> {
    await this.#parts.summary.refresh().catch(() => false);
    return true;
  }

  #refuse(message: string | null): boolean {
    const { data, fields } = this.#parts;
    this.#refused = true;
    fields.refuse("shippingAddressLine1", message ?? data.messages.changeRefused);
    return false;
  }
}
