// The fields of an address by the names that they have in a form, and in the API.

export type Purpose = "shipping" | "billing";

/** A part of an address in the API -> how the names of its fields end. */
const ENDS = {
  country: "Country",
  line1: "AddressLine1",
  line2: "AddressLine2",
  city: "Locality",
  state: "AdministrativeArea",
  postal_code: "PostalCode",
} as const;

export type Part = keyof typeof ENDS;

type Values = (name: string) => string;

/** What is in each field of an address; `value` gives what is in one. */
export function addressIn(value: Values, purpose: Purpose): Record<Part, string> {
  const parts = Object.entries(ENDS).map(([part, end]) => [part, value(purpose + end)]);
  return Object.fromEntries(parts) as Record<Part, string>;
}

/** The same as fields of a request, under `prefix`. */
export function addressParams(
  value: Values,
  purpose: Purpose,
  prefix: string,
): Record<string, string> {
  const parts = Object.entries(addressIn(value, purpose));
  return Object.fromEntries(parts.map(([part, text]) => [`${prefix}[${part}]`, text]));
}

/** The same by the names of the fields. */
export function addressForm(value: Values, purpose: Purpose): Record<string, string> {
  const names = ["Name", ...Object.values(ENDS)].map((end) => purpose + end);
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

/** The field that fills in a parameter of the API, or null. */
export function fieldOf(param: string): string | null {
  const [, place = "", part = ""] = /^(.+)\[address\]\[(\w+)\]$/.exec(param) ?? [];
  if (part in ENDS) return (place === "shipping" ? place : "billing") + ENDS[part as Part];
  if (param === "payment_method_data[sepa_debit][iban]") return "iban";
  if (param === "shipping[name]") return "shippingName";
  if (param.startsWith("tax_id_collection[tax_id]")) return "taxId";
  const [, name = ""] = /\[(name|phone|business_name|individual_name)\]$/.exec(param) ?? [];
  return NAMES[name] ?? null;
}

const NAMES: Readonly<Record<string, string>> = {
  name: "billingName",
  phone: "phoneNumber",
  business_name: "businessName",
  individual_name: "individualName",
};
