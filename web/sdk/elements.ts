// A checkout's elements: at most one of each kind.

import { ElementCore, type Element, elementOf } from "./element";
import { KINDS, type KindName } from "./element_kinds";
import { integrationError } from "./errors";
import type { Appearance, Contact, Page, TaxIdInfo } from "./types";

interface TaxIdValue {
  readonly businessName: string;
  readonly taxId: string;
  readonly externalTaxIdType: string;
}

interface Living {
  readonly core: ElementCore;
  readonly element: Element;
}

export class Elements {
  readonly #living = new Map<KindName, Living>();
  readonly #secret: Promise<string>;
  readonly #locale: string;
  #appearance: Appearance | undefined;
  /** Called when what is typed into an element changed. */
  onChange: () => void = () => undefined;

  constructor(secret: Promise<string>, locale: string, appearance: Appearance | undefined) {
    this.#secret = secret;
    this.#locale = locale;
    this.#appearance = appearance;
  }

  create(name: KindName, options: object = {}): Element {
    if (this.#living.has(name)) {
      const kind = KINDS[name].type;
      throw integrationError(`Can only create one ${kind} Element of this kind for a Checkout.`);
    }
    const core = new ElementCore(KINDS[name], options, {
      secret: this.#secret,
      locale: this.#locale,
      appearance: () => this.#appearance,
      billingElsewhere: () => this.mounted("billing") !== null,
      placed: () => {
        if (name === "billing") this.#living.get("payment")?.core.setUp();
      },
      changed: () => this.onChange(),
      destroyed: () => {
        this.#living.delete(name);
        this.onChange();
      },
    });
    const element = elementOf(core);
    this.#living.set(name, { core, element });
    return element;
  }

  get(name: KindName): Element | null {
    return this.#living.get(name)?.element ?? null;
  }

  /** The element's inside, while it is mounted. */
  mounted(name: KindName): ElementCore | null {
    const core = this.#living.get(name)?.core;
    return core?.mounted ? core : null;
  }

  /** In the order of the page. */
  get allMounted(): readonly [KindName, ElementCore][] {
    const all = [...this.#living].map(([name, { core }]): [KindName, ElementCore] => [name, core]);
    const mounted = all.filter(([, core]) => core.mounted);
    return mounted.sort(([, one], [, other]) => (one.precedes(other) ? -1 : 1));
  }

  /** Whether all that is mounted is filled in. */
  get complete(): boolean {
    return this.allMounted.every(([, core]) => core.state.complete);
  }

  changeAppearance(appearance: Appearance): void {
    this.#appearance = appearance;
    for (const { core } of this.#living.values()) core.setUp();
  }

  /** The address typed into an address element, once it is complete. */
  address(name: "billing" | "shipping"): Contact | null {
    const state = this.mounted(name)?.state;
    return state?.complete ? (state.details["value"] as Contact) : null;
  }

  /** The address typed into the shipping element, of a session that asks where the order goes. */
  shippingFor(page: Page): Contact | null {
    return page.shipping_address_collection === null ? null : this.address("shipping");
  }

  /** The tax id typed into its element: null when it is taken back, undefined while there is none. */
  get taxId(): TaxIdInfo | null | undefined {
    const state = this.mounted("taxId")?.state;
    if (!state?.complete || state.details["visible"] !== true) return undefined;
    const value = state.details["value"] as TaxIdValue;
    if (state.empty) return null;
    return {
      taxId: { type: value.externalTaxIdType, value: value.taxId },
      businessName: value.businessName,
    };
  }

  /** The email typed into the contact details, once it is complete. */
  get email(): string | null {
    const state = this.mounted("contact")?.state;
    return state?.complete ? (state.details["value"] as { email: string }).email : null;
  }
}
