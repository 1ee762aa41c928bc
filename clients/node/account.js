// One merchant's side of the API, and the buyers of that merchant.
import {randomBytes} from 'node:crypto';

import {idOf} from './named.js';
import {Webhooks} from './webhooks.js';

const HELPERS = '/v1/test_helpers/checkout/sessions';

export class Refused extends Error {
  constructor(status, {type, code, param, message}) {
    super(`${status} ${code ?? type}${param ? ` (${param})` : ''}: ${message}`);
    this.name = 'Refused';
    Object.assign(this, {status, type, code, param});
  }
}

export class Account {
  constructor(url) {
    const name = randomBytes(12).toString('hex');
    this.url = url;
    this.secretKey = `sk_test_${name}`;
    this.publishableKey = `pk_test_${name}`;
  }

  static async open(url, receiver) {
    const account = new Account(url);
    account.webhooks = await Webhooks.open(account, receiver);
    return account;
  }

  // The options of `new Stripe(key, options)`.
  get stripeOptions() {
    const {hostname, port} = new URL(this.url);
    return {host: hostname, port: Number(port), protocol: 'http'};
  }

  async pay(session, {quantities = {}, ...more} = {}) {
    const id = idOf(session);
    const fields = {...more, quantities: await this.#byId(id, quantities)};
    return await this.post(`${HELPERS}/${id}/pay`, fields);
  }

  async expire(session) {
    return await this.post(`${HELPERS}/${idOf(session)}/expire`);
  }

  async advance(seconds) {
    return await this.post('/v1/test_helpers/clock/advance', {seconds});
  }

  async get(path) {
    return await this.#ask(path, {method: 'GET'});
  }

  async post(path, fields = {}) {
    return await this.#ask(path, {method: 'POST', body: new URLSearchParams([...pairs(fields)])});
  }

  async #ask(path, request) {
    const headers = {authorization: `Bearer ${this.secretKey}`};
    const answer = await fetch(`${this.url}${path}`, {...request, headers});
    const told = await answer.json();
    if (!answer.ok) {
      throw new Refused(answer.status, told.error);
    }
    return told;
  }

  // Lines are named by their ids, or by their places in the order, the first one being 0.
  async #byId(session, quantities) {
    const named = Object.entries(quantities);
    if (!named.some(([line]) => isPlace(line))) {
      return quantities;
    }
    const {data} = await this.get(`/v1/checkout/sessions/${session}/line_items?limit=100`);
    return Object.fromEntries(
      named.map(([line, quantity]) => [isPlace(line) ? data[Number(line)]?.id : line, quantity]),
    );
  }
}

function isPlace(line) {
  return /^\d+$/.test(line);
}

// Nested fields in bracket form.
function* pairs(fields, prefix = '') {
  for (const [name, value] of Object.entries(fields)) {
    const place = prefix ? `${prefix}[${name}]` : name;
    if (typeof value === 'object' && value !== null) {
      yield* pairs(value, place);
    } else if (value !== undefined && value !== null) {
      yield [place, String(value)];
    }
  }
}
