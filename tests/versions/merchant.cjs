// A merchant's program of its time: `node merchant.cjs PACKAGE VERSION URL KEY`, where PACKAGE is one
// release of Stripe's SDK for Node.js. It sells one T-shirt and prints what the SDK gave it.

const http = require('node:http');

const [, , sdk, version, url, key] = process.argv;
const module_ = require(sdk);
const { hostname, port } = new URL(url);
const stripe = new (module_.default ?? module_)(key, {
  apiVersion: version, host: hostname, port, protocol: 'http', telemetry: false,
});

const OF_ITS_TIME = version < '2022-08-01'
  ? { name: 'T-shirt', amount: 2000, currency: 'usd' }
  : { price_data: { currency: 'usd', unit_amount: 2000, product_data: { name: 'T-shirt' } } };

/** A server for one webhook: where it listens, and the event that it will have verified. */
async function receiver() {
  let secret;
  let heard;
  const event = new Promise((resolve) => { heard = resolve; });
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const signature = request.headers['stripe-signature'];
      heard(stripe.webhooks.constructEvent(Buffer.concat(parts), signature, secret));
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listen = (known) => { secret = known; };
  return { url: `http://127.0.0.1:${server.address().port}/`, event, listen, close: () => server.close() };
}

async function buy(session) {
  const answer = await fetch(`${url}/v1/payment_pages/${session.id}/confirm`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function main() {
  const hook = await receiver();
  const endpoint = await stripe.webhookEndpoints.create({
    url: hook.url, enabled_events: ['checkout.session.completed'], api_version: version,
  });
  hook.listen(endpoint.secret);
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ ...OF_ITS_TIME, quantity: 2 }],
    success_url: 'https://shop.example/success',
    cancel_url: 'https://shop.example/cancel',
    ...(version < '2026-09-30' ? { payment_method_types: ['card'] } : {}),
  });
  const page = await fetch(session.url);
  await buy(session);
  const event = await hook.event;
  hook.close();
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  const lines = await stripe.checkout.sessions.listLineItems(session.id);
  const listed = await stripe.events.list({ type: 'checkout.session.completed' });
  console.log(JSON.stringify({ session, page: page.status, event, paid, lines, listed }));
}

// Connections that are kept alive would keep the program for seconds.
main().then(() => process.exit());
