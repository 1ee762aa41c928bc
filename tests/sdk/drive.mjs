// A buyer without a browser: runs the bundled shop in jsdom, after the browser script from another
// origin, and tells what was seen. The orders to run come as a JSON list on standard input.
import { readFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";

const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 10;

/** What a page in a browser has, and jsdom lacks. */
function open({ script, bundle, given }, noise) {
  const code = readFileSync(bundle, "utf8").replaceAll("</script", "<\\/script");
  const html = `<!doctype html><div id="root"></div><script src="${script}"></script><script>${code}</script>`;
  return new JSDOM(html, {
    url: "http://localhost:8080/",
    runScripts: "dangerously",
    resources: "usable",
    pretendToBeVisual: true,
    virtualConsole: noise,
    beforeParse: (window) => Object.assign(window, { fetch, AbortController, given }),
  });
}

async function play(order) {
  const said = [];
  const noise = new VirtualConsole();
  for (const kind of ["warn", "error", "jsdomError"]) {
    noise.on(kind, (...words) => said.push(`${kind}: ${words.map(String).join(" ")}`));
  }
  const { window } = open(order, noise);
  const { document } = window;
  const text = (selector) => document.querySelector(selector)?.textContent ?? null;
  const press = (selector) => document.querySelector(selector).click();
  const frames = () => document.querySelectorAll("iframe").length;
  const loaded = new WeakSet();
  document.addEventListener("load", (event) => loaded.add(event.target), true);
  // jsdom runs the script of a frame that was taken away while it loaded, and without a document.
  const settled = () => until("the frames", () =>
    Array.from(document.querySelectorAll("iframe")).every((frame) => loaded.has(frame)));
  const seen = [];
  const look = () => seen.push({ total: text("#total"), quantity: text(".quantity") });
  const until = async (what, wanted) => {
    const end = Date.now() + WAIT_MS;
    while (!wanted()) {
      const story = `${text("#root")}\n${said.join("\n")}`;
      if (Date.now() > end) throw new Error(`waited for ${what}: ${story}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };

  await until("the order", () => text("#total"));
  look();
  press(".quantity + button");
  await until("the new quantity", () => text(".quantity") === "2");
  look();
  await settled();
  window.shop.unmount();
  const framesAfterUnmount = frames();
  window.shop.mount();
  await until("the order again", () => text("#total"));
  look();
  press(".quantity + button");
  await until("the next quantity", () => text(".quantity") === "3");
  look();
  const framesMounted = frames();
  press("#pay");
  await until("a result", () => text("#result"));
  const result = text("#result");
  await settled();
  window.shop.unmount();
  const sources = Array.from(document.scripts, (each) => each.src).filter(Boolean);
  return { seen, result, said, sources, framesMounted, framesAfterUnmount };
}

const told = [];
for (const order of JSON.parse(readFileSync(0, "utf8"))) {
  told.push(await play(order).catch((error) => ({ failed: String(error) })));
}
process.stdout.write(JSON.stringify(told), () => process.exit(0));
