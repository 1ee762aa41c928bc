// The script of the buyer's pages. Everything works without it; it saves page loads and mistakes.

import { startAddressForm } from "./address_form";
import { startCardFields } from "./card_fields";
import { reportChallengeDone } from "./challenge_done";
import { startConfirming } from "./confirm";
import { startDebitFields } from "./debit_fields";
import { findSurroundings, leaveForeignFrame } from "./embedded";
import { Exit } from "./exit";
import { Fields } from "./fields";
import { startLiveStatus } from "./live_status";
import { startOrderPanel } from "./order_panel";
import { startPhone } from "./phone";
import { startPostalCode } from "./postal_code";
import { startQuantityDialog } from "./quantity_dialog";
import { readSessionData } from "./session_data";
import { ShippingDetails } from "./shipping_details";
import { SubmitButton } from "./submit_button";
import { Summary } from "./summary";
import { startTax } from "./tax";
import { startTaxIdType } from "./tax_id_type";

function startCheckout(): void {
  const surroundings = findSurroundings();
  const data = readSessionData();
  if (data === null) return;
  const summary = new Summary(data);
  const fields = new Fields(data);
  const button = new SubmitButton(data, summary, fields);
  startCardFields(data);
  startDebitFields();
  startPostalCode(data);
  startAddressForm(data, "shipping");
  startAddressForm(data, "billing");
  startPhone(fields);
  startTaxIdType(fields);
  startOrderPanel();
  startQuantityDialog(data, summary, surroundings);
  if (data.automaticTax) startTax(data, summary, fields);
  const exit = new Exit(data, surroundings);
  const shipping = new ShippingDetails({ data, fields, summary, surroundings });
  const parts = { data, summary, fields, button, exit, shipping, surroundings };
  const confirming = startConfirming(parts);
  startLiveStatus(data, summary, confirming);
}

/** A page brought back by the browser's back button shows an order that may be paid by now. */
function startFresh(): void {
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

startFresh();
leaveForeignFrame();
reportChallengeDone();
startCheckout();
