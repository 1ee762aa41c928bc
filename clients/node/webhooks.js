// An inbox for webhooks: signatures are verified, and a test waits for what it expects.
import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import {EventEmitter, once} from 'node:events';
import {createServer} from 'node:http';

import {idOf} from './named.js';

const WAIT_SECONDS = 10;

// One HTTP server for all endpoints of a run: each has a path of its own.
export class Receiver {
  #inboxes = new Map();
  #server = createServer((request, response) => void this.#answer(request, response));

  static async start() {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1').unref();
    await once(receiver.#server, 'listening');
    return receiver;
  }

  open(inbox) {
    const path = `/${randomBytes(8).toString('hex')}`;
    this.#inboxes.set(path, inbox);
    return `http://127.0.0.1:${this.#server.address().port}${path}`;
  }

  async stop() {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The sender hung up, or the run stops: what was not taken is sent again.
    }
    const inbox = this.#inboxes.get(request.url);
    inbox?.take(Buffer.concat(chunks), request.headers['stripe-signature'] ?? '');
    response.writeHead(inbox ? 200 : 410).end();
  }
}

// Every event of one account, as its own handler would get them.
export class Webhooks {
  #changed = new EventEmitter();
  #problems = [];
  #secret = '';
  received = [];

  static async open(account, receiver) {
    const inbox = new Webhooks();
    inbox.#changed.setMaxListeners(0);
    inbox.url = receiver.open(inbox);
    const fields = {url: inbox.url, enabled_events: ['*']};
    inbox.#secret = (await account.post('/v1/webhook_endpoints', fields)).secret;
    return inbox;
  }

  take(body, signature) {
    if (isSigned(body, signature, this.#secret)) {
      this.received.push(JSON.parse(body));
    } else {
      this.#problems.push(`one with a signature that is wrong: ${signature}`);
    }
    this.#changed.emit('change');
  }

  async waitFor(type, about, {timeoutSeconds = WAIT_SECONDS} = {}) {
    const id = about === undefined ? undefined : idOf(about);
    const wanted = (event) =>
      event.type === type && (id === undefined || event.data.object.id === id);
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    for (;;) {
      const found = this.received.find(wanted);
      if (found) {
        return found;
      }
      try {
        await once(this.#changed, 'change', {signal});
      } catch (cause) {
        throw new Error(this.#toldInstead(type, id, timeoutSeconds), {cause});
      }
    }
  }

  #toldInstead(type, id, seconds) {
    const came = this.received.map((event) => `${event.type} about ${event.data.object.id}`);
    const lines = [...came, ...this.#problems].map((line) => `\n  ${line}`).join('');
    const of = id === undefined ? '' : ` about ${id}`;
    return `No ${type}${of} came within ${seconds} seconds. What came:${lines || '\n  nothing'}`;
  }
}

function isSigned(body, header, secret) {
  const parts = header.split(',').map((part) => part.split('='));
  const timestamp = parts.find(([name]) => name === 't')?.[1];
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  return parts.some(([name, value]) => {
    const given = Buffer.from(name === 'v1' ? value : '', 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
