// The test kit: a Paydesk for tests, buyers who stand in for people, and an inbox for webhooks.
import {Account} from './account.js';
import {Receiver} from './webhooks.js';
import {startServer} from './server.js';

export {Refused} from './account.js';

class Paydesk {
  #server;
  #receiver;

  constructor(server, receiver) {
    this.#server = server;
    this.#receiver = receiver;
  }

  get url() {
    return this.#server.url;
  }

  async account() {
    return await Account.open(this.url, this.#receiver);
  }

  async stop() {
    await this.#receiver.stop();
    await this.#server.stop();
  }
}

export async function start({command = ['paydesk']} = {}) {
  const server = await startServer([command].flat());
  return new Paydesk(server, await Receiver.start());
}
