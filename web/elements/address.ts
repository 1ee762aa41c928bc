// The address element, for billing and for shipping.

import { required, showMessage } from "../page/dom";
import { startPostalCode } from "../page/postal_code";
import type { SessionData } from "../page/session_data";
import type { Inside } from "./parts";

const ASKED = ["name", "addressLine1", "locality", "billingPostalCode"] as const;

export function addressInside(data: SessionData, elementMode: "billing" | "shipping") {
  startPostalCode(data);
  document.addEventListener("input", () => showProblem(null));
  return {
    state: () => stateOf(elementMode),
    validate: (focus) => {
      const missing = missingField();
      if (missing === undefined) return null;
      if (focus) missing.focus();
      showProblem(missing, data.messages.required);
      return data.messages.required;
    },
  } satisfies Inside;
}

function field(id: string): HTMLInputElement | HTMLSelectElement {
  const found = document.getElementById(id);
  return found instanceof HTMLSelectElement ? found : required(`#${id}`, HTMLInputElement);
}

function textOf(id: string): string {
  return field(id).value.trim();
}

function missingField(): HTMLElement | undefined {
  const asked = ASKED.filter((id) => field(id).closest(".PostalCode--unneeded") === null);
  return asked.map(field).find((each) => each.value.trim() === "");
}

function showProblem(wrong: HTMLElement | null, message: string | null = null): void {
  for (const each of Array.from(document.querySelectorAll(".CheckoutInput"))) {
    each.classList.toggle("CheckoutInput--invalid", each === wrong);
    each.setAttribute("aria-invalid", String(each === wrong));
  }
  showMessage(document.getElementById("address-error"), message);
}

function stateOf(elementMode: "billing" | "shipping") {
  const value = {
    name: textOf("name"),
    address: {
      line1: textOf("addressLine1"),
      line2: textOf("addressLine2") || null,
      city: textOf("locality"),
      state: textOf("administrativeArea"),
      postal_code: textOf("billingPostalCode"),
      country: textOf("billingCountry"),
    },
  };
  const empty = ASKED.every((id) => textOf(id) === "");
  const complete = missingField() === undefined;
  return { empty, complete, details: { elementMode, isNewAddress: true, value } };
}
