// Bundles the browser's part into the Python package, where the server finds it.
// The results are generated: they are never committed, `make setup` builds them.

import { build } from "esbuild";

const OUT = "src/paydesk/pages/static";

/** What is built: the file in the package -> where its source begins. */
const BUNDLES = {
  page: "web/page/main.ts",
  element: "web/elements/main.ts",
  inspector: "web/inspector/main.ts",
  stripe: "web/sdk/main.ts",
};

const STYLES = {
  page: "web/page/page.css",
  element: "web/elements/element.css",
  inspector: "web/inspector/inspector.css",
};

/** The oldest browsers that our pages are made for: those with `:has()` and container queries. */
const TARGETS = ["chrome105", "firefox121", "safari16"];

const shared = {
  outdir: OUT,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "info",
};

const script = { ...shared, format: "iife", charset: "utf8" };
const { stripe, ...ours } = BUNDLES;
// Our own pages need a browser that knows their CSS anyway; a merchant's page may serve older ones.
await build({ ...script, entryPoints: ours, target: TARGETS });
await build({ ...script, entryPoints: { stripe }, target: "es2020" });
await build({ ...shared, entryPoints: STYLES, target: TARGETS, external: ["/assets/*"] });
