// The one resource behind every front door: /v1/payment_pages/{session}.

import type { ServerAnswer } from "../messages";
import { Refused, Unanswered } from "./errors";
import type { Page } from "./types";

const REQUEST_TIMEOUT_MS = 30_000;
const GIVE_BACK = "client_view";

export class PaymentPages {
  readonly #base: string;
  readonly #key: string;
  readonly #locale: string;

  constructor(base: string, publishableKey: string, locale: string) {
    this.#base = base;
    this.#key = publishableKey;
    this.#locale = locale;
  }

  /** The fields that make the server answer in the words of the page's types. */
  get view(): Readonly<Record<string, string>> {
    return { [GIVE_BACK]: this.#locale };
  }

  async get(secret: string): Promise<Page> {
    const query = new URLSearchParams(this.view);
    return readPage(await this.#ask(`${this.#url(secret)}?${query}`));
  }

  async update(secret: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return readPage(await this.#post(this.#url(secret), fields));
  }

  /** Pays without a card's fields; the answer is read by whoever knows what came before. */
  confirm(secret: string, fields: Readonly<Record<string, string>>): Promise<ServerAnswer> {
    return this.#post(`${this.#url(secret)}/confirm`, fields);
  }

  /** Where the server says that the session is not as it was at `version` (server-sent events). */
  changesUrl(secret: string, version: number): string {
    return `${this.#url(secret)}/changes?since=${version}`;
  }

  #url(secret: string): string {
    return `${this.#base}/v1/payment_pages/${encodeURIComponent(secret)}`;
  }

  #post(url: string, fields: Readonly<Record<string, string>>): Promise<ServerAnswer> {
    const body = new URLSearchParams({ ...fields, ...this.view });
    return this.#ask(url, body.toString());
  }

  async #ask(url: string, body: string | null = null): Promise<ServerAnswer> {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), REQUEST_TIMEOUT_MS);
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}` };
    if (body !== null) headers["Content-Type"] = "application/x-www-form-urlencoded";
    const method = body === null ? "GET" : "POST";
    const init = { method, body, headers, signal: giveUp.signal };
    try {
      const answer = await fetch(url, { ...init, cache: "no-store", credentials: "omit" });
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: 0, body: "" };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The page in an answer. Throws Refused or Unanswered. */
export function readPage({ status, body }: ServerAnswer): Page {
  const told = parsed(body);
  if (status === 200 && told !== null) return told as Page;
  const error = (told as ErrorBody | null)?.error;
  if (status < 400 || status >= 500 || error?.message === undefined) {
    throw new Unanswered(`HTTP ${status}`);
  }
  const { message, type = "", code = null, decline_code: declineCode = null } = error;
  throw new Refused(message, type, code, declineCode);
}

interface ErrorBody {
  error?: { message?: string; type?: string; code?: string; decline_code?: string };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
