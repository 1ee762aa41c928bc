// A merchant in one file, without dependencies: creates a Checkout Session for each visitor and
// serves a page. `node merchant.mjs FOLDER`, with FOLDER one of the examples beside this file.
//
// PAYDESK_URL, SECRET_KEY and PORT say otherwise than the defaults below.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";

const PAYDESK = process.env.PAYDESK_URL ?? "http://127.0.0.1:12111";
const SECRET_KEY = process.env.SECRET_KEY ?? "sk_test_paydesk";
const PORT = Number(process.env.PORT ?? 4242);
const folder = resolve(process.argv[2] ?? "components-html");
const { ui_mode } = JSON.parse(await readFile(join(folder, "session.json"), "utf8"));

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

async function ask(path, fields) {
  const answer = await fetch(PAYDESK + path, {
    method: fields ? "POST" : "GET",
    headers: { Authorization: `Bearer ${SECRET_KEY}` },
    body: fields && new URLSearchParams(fields),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told;
}

/** What the page needs: never the secret key. */
async function createSession(origin) {
  const session = await ask("/v1/checkout/sessions", {
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][product_data][name]": "T-shirt",
    "line_items[0][price_data][unit_amount]": "2000",
    "line_items[0][quantity]": "1",
    "line_items[0][adjustable_quantity][enabled]": "true",
    "line_items[0][adjustable_quantity][minimum]": "0",
    "line_items[0][adjustable_quantity][maximum]": "100",
    "expand[]": "line_items",
    mode: "payment",
    ui_mode,
    return_url: `${origin}/return?session_id={CHECKOUT_SESSION_ID}`,
  });
  return { clientSecret: session.client_secret, lineItem: session.line_items.data[0].id };
}

async function showReturn(id) {
  const session = await ask(`/v1/checkout/sessions/${encodeURIComponent(id)}?expand[]=line_items`);
  const lines = session.line_items.data.map((line) => `${line.quantity} × ${line.description}`);
  const said = session.status === "complete" ? `Thank you for ${lines.join(", ")}.` : "Not paid.";
  return `<!doctype html><link rel="icon" href="data:,"><title>Thank you</title><h1>${escape(said)}</h1><p><a href="/">Again</a></p>`;
}

function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Only names without a path: nothing outside of the example's folder can be asked for. */
async function readPage(path) {
  const name = path === "/" ? "index.html" : path.slice(1);
  if (!/^[a-z]+\.(html|js|css)$/.test(name)) return null;
  const text = await readFile(join(folder, name), "utf8").catch(() => null);
  return text?.replaceAll("{{PAYDESK}}", PAYDESK) ?? null;
}

async function answer(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const send = (status, type, body) => response.writeHead(status, { "Content-Type": type }).end(body);
  try {
    if (request.method === "POST" && url.pathname === "/create-checkout-session") {
      return send(200, "application/json", JSON.stringify(await createSession(url.origin)));
    }
    if (url.pathname === "/return") {
      return send(200, TYPES[".html"], await showReturn(url.searchParams.get("session_id") ?? ""));
    }
    const page = await readPage(url.pathname);
    const type = TYPES[extname(url.pathname)] ?? TYPES[".html"];
    return page === null ? send(404, "text/plain", "Not found") : send(200, type, page);
  } catch (error) {
    return send(502, "text/plain", error.message);
  }
}

const server = createServer(answer).listen(PORT, "localhost", () => {
  console.log(`The shop is open at http://localhost:${server.address().port}`);
});
