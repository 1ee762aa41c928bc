// What a page may ask of a checkout. Every action resolves to a session or to an error for the buyer.

import { emailProblem } from "../page/card_checks";
import { confirmAction } from "./confirm";
import { billingFields, type Desk, shippingFields } from "./desk";
import type { Elements } from "./elements";
import { integrationError, messageOf, Refused } from "./errors";
import { failure, type Results } from "./results";
import type { Actions, BuyerError, Contact, Session, Success, TaxIdInfo, ValidateResult } from "./types";
import { validateAction } from "./validate";

const SERVER_UPDATE_TIMEOUT_MS = 20_000;

const NO_PROMOTIONS = "Promotion codes can't be used in this checkout.";
const NO_SHIPPING = "This checkout doesn't ship anything, so there is no shipping to choose.";
const NO_OPTIONAL_ITEMS = "This checkout has no optional items.";

type EmailResult = Success | BuyerError<"incompleteEmail"> | BuyerError<"invalidEmail">;

export function actionsOf(desk: Desk, elements: Elements, results: Results) {
  const { store } = desk;
  const update = (fields: Record<string, string>) => results.after(() => desk.update(fields));
  const refuse = (message: string) => (): Promise<BuyerError> => Promise.resolve(failure(message));
  return {
    getSession: (): Session => store.fresh(),
    updateLineItemQuantity: (wanted: { lineItem: string; quantity: number }) =>
      results.after(() => changeQuantity(desk, wanted)),
    updateEmail: (email: string | null) => changeEmail(desk, results, email),
    updatePhoneNumber: (phoneNumber: string | null) =>
      update({ "billing_details[phone]": phoneNumber ?? "" }) as Promise<any>,
    updateBillingAddress: (contact: Contact | null) => {
      requireFree(elements, "billing");
      return results.after(() => changeBillingAddress(desk, contact));
    },
    updateShippingAddress: (contact: Contact | null) => {
      requireFree(elements, "shipping");
      return update(shippingFields(contact));
    },
    updateShippingOption: (_option: string) => refuse(NO_SHIPPING)(),
    applyPromotionCode: (_code: string) => refuse(NO_PROMOTIONS)(),
    removePromotionCode: refuse(NO_PROMOTIONS),
    updateTaxIdInfo: (info: TaxIdInfo | null) => changeTaxId(desk, results, info),
    updateIndividualName: (name: string | null) =>
      update({ "collected_information[individual_name]": name ?? "" }) as Promise<any>,
    updateBusinessName: (name: string | null) =>
      update({ "collected_information[business_name]": name ?? "" }) as Promise<any>,
    addOptionalLineItem: (_price: string) => refuse(NO_OPTIONAL_ITEMS)(),
    removeOptionalLineItem: (_price: string) => refuse(NO_OPTIONAL_ITEMS)(),
    runServerUpdate: (work: () => Promise<unknown>) =>
      results.after(() => runServerUpdate(desk, work)),
    validateElements: (): Promise<ValidateResult> => validateAction(elements, results),
    confirm: confirmAction(desk, elements, results),
  } satisfies Actions;
}

export type OurActions = ReturnType<typeof actionsOf>;

function changeQuantity(
  desk: Desk,
  { lineItem, quantity }: { lineItem: string; quantity: number },
): Promise<void> {
  return desk.update({
    "updated_line_item_quantity[line_item_id]": String(lineItem),
    "updated_line_item_quantity[quantity]": String(quantity),
  });
}

async function changeEmail(
  desk: Desk,
  results: Results,
  email: string | null,
): Promise<EmailResult> {
  if (desk.store.page.customer_email !== null) {
    throw integrationError("The email of a Checkout Session with customer_email can't be changed.");
  }
  if (email !== null && emailProblem(email) !== null) {
    return emailError("incompleteEmail", "Your email is incomplete.");
  }
  try {
    await desk.update({ email: email?.trim() ?? "" });
  } catch (error) {
    const said = error instanceof Refused ? "Your email is invalid." : messageOf(error);
    return emailError("invalidEmail", said);
  }
  return results.success();
}

function emailError<Code extends string>(code: Code, message: string): BuyerError<Code> {
  return { type: "error", error: { message, code } };
}

async function changeBillingAddress(desk: Desk, contact: Contact | null): Promise<void> {
  await desk.update(billingFields(contact));
  desk.store.billingAddress = contact;
}

async function changeTaxId(
  desk: Desk,
  results: Results,
  info: TaxIdInfo | null,
): Promise<Success | BuyerError<"invalidTaxId">> {
  try {
    await desk.update(taxIdFields(info));
  } catch (error) {
    const wrong = error instanceof Refused && error.code === "tax_id_invalid";
    const message = wrong ? "Your tax ID is invalid." : messageOf(error);
    return { type: "error", error: { message, code: "invalidTaxId" } };
  }
  return results.success();
}

/** What a business says of its taxes, as fields of a request; null takes it back. */
export function taxIdFields(info: TaxIdInfo | null): Record<string, string> {
  if (info === null) return { tax_id_collection: "" };
  return {
    "tax_id_collection[tax_id][type]": info.taxId.type,
    "tax_id_collection[tax_id][value]": info.taxId.value,
    "tax_id_collection[business_name]": info.businessName ?? "",
  };
}

function requireFree(elements: Elements, name: "billing" | "shipping"): void {
  if (elements.mounted(name) === null) return;
  throw integrationError(
    `The ${name} address can't be updated while an Address Element may also be collecting this field.`,
  );
}

/** The merchant's own request to their server, then the session as it is after it. */
function runServerUpdate(desk: Desk, work: () => Promise<unknown>): Promise<unknown> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () => reject(new Error("The update took longer than 20 seconds.")),
      SERVER_UPDATE_TIMEOUT_MS,
    );
  });
  return desk.inTurn(async () => {
    await Promise.race([work(), late]);
    await desk.refresh();
  });
}
