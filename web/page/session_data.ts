// What the server tells the script: src/paydesk/pages/script_data.py is the other side of it.

/** Card schemes as `core.cards` knows them; prefixes are inclusive ranges of the first digits. */
export interface Brand {
  readonly name: string;
  readonly prefixes: readonly (readonly [low: string, high: string])[];
  readonly numberDigits: readonly number[];
  readonly cvcDigits: number;
}

export type MessageName =
  | "authenticationFailed"
  | "bankTitle"
  | "busy"
  | "cardInText"
  | "changeRefused"
  | "close"
  | "connectionFailed"
  | "cvcIncomplete"
  | "emailIncomplete"
  | "expiryIncomplete"
  | "expiryInvalid"
  | "expiryPast"
  | "expiryYearInvalid"
  | "expiryYearPast"
  | "ibanIncomplete"
  | "ibanInvalid"
  | "numberIncomplete"
  | "numberInvalid"
  | "onItsWay"
  | "orderChanged"
  | "outcomeUnknown"
  | "paid"
  | "phoneInvalid"
  | "postalCode"
  | "postalCodeInvalid"
  | "processing"
  | "quantityNotWhole"
  | "quantityTooHigh"
  | "quantityTooLow"
  | "required"
  | "taxIdInvalid"
  | "totalChanged"
  | "totalNow"
  | "zip";

export interface SessionData {
  readonly session: string;
  /** The path of the page; its requests lie below it. */
  readonly pagePath: string;
  /** The buyer's, as the server chose it. */
  readonly locale: string;
  readonly embedded: boolean;
  /** Whether a paid form leaves for the merchant's `return_url`. */
  readonly redirects: boolean;
  readonly publishableKey: string;
  readonly automaticTax: boolean;
  readonly postalCodeCountries: readonly string[];
  readonly brands: readonly Brand[];
  readonly expiryYearsMax: number;
  readonly challengeFrame: string;
  /** The server's words for a refused card -> the buyer's, where their language has others. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<MessageName, string>>;
}

/** The page's data block, or null on a page that has no checkout. */
export function readSessionData(): SessionData | null {
  const block = document.getElementById("paydesk-session");
  return block === null ? null : (JSON.parse(block.textContent ?? "") as SessionData);
}

/** The address below the page for one of its requests, asked in the language of the page. */
export function pageUrl(data: SessionData, action: string): string {
  return data.pagePath + action + (data.embedded ? location.search : "");
}

/** A message with its `{names}` filled in. */
export function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
