/** An object of Stripe's as JSON. */
export type Json = Record<string, any>;

/** An object with an id, or the id itself. */
export type Named = string | {readonly id: string};

/** What is to happen with the card. A test card's number or shorthand does as well. */
export type DebitOutcome =
  | 'succeeds'
  | 'succeeds_later'
  | 'fails'
  | 'fails_later'
  | 'insufficient_funds'
  | 'exceeds_source_limit'
  | 'exceeds_weekly_limit';

export type Outcome =
  | 'succeeds'
  | 'declined'
  | 'insufficient_funds'
  | 'lost_card'
  | 'stolen_card'
  | 'expired_card'
  | 'incorrect_cvc'
  | 'processing_error'
  | 'fraudulent'
  | 'requires_authentication';

export interface Address {
  country?: string;
  postal_code?: string;
  state?: string;
  city?: string;
  line1?: string;
  line2?: string;
}

export interface Purchase {
  /** By line item: its id, or its place in the order, the first one being 0. */
  quantities?: Record<string | number, number>;
  card?: Outcome | (string & {});
  /** A direct debit instead of a card: what is to happen, a test IBAN or its shorthand. */
  iban?: DebitOutcome | (string & {});
  /** The buyer's answer if the bank asks. */
  authentication?: 'passed' | 'failed';
  email?: string;
  billing_details?: {name?: string; phone?: string; address?: Address};
  shipping?: {name?: string; address: Address};
  collected_information?: {business_name?: string; individual_name?: string};
  expand?: string[];
}

/** Paydesk refused a request: what Stripe's errors say. */
export class Refused extends Error {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly param?: string;
}

/** Every event of one account; signatures are verified. */
export interface Webhooks {
  readonly url: string;
  /** What has come so far, in the order of its coming. */
  readonly received: readonly Json[];
  /** The first event of this type, also if it has come already. Rejects with what came instead. */
  waitFor(type: string, about?: Named, options?: {timeoutSeconds?: number}): Promise<Json>;
}

/** An account of its own: nothing of another test is in it. */
export interface Account {
  readonly url: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** For `new Stripe(account.secretKey, account.stripeOptions)`. */
  readonly stripeOptions: {host: string; port: number; protocol: 'http'};
  readonly webhooks: Webhooks;
  /** The session after its buyer chose the quantities and paid, or was refused by the bank. */
  pay(session: Named, purchase?: Purchase): Promise<Json>;
  /** The session, its time over. */
  expire(session: Named): Promise<Json>;
  /** The account's clock, moved on: what is due by then has happened. */
  advance(seconds: number): Promise<Json>;
  get(path: string): Promise<Json>;
  post(path: string, fields?: Json): Promise<Json>;
}

export interface Paydesk {
  readonly url: string;
  account(): Promise<Account>;
  stop(): Promise<void>;
}

/** A running server, its database in a temporary folder. `command` starts Paydesk: `paydesk`. */
export function start(options?: {command?: string | string[]}): Promise<Paydesk>;
