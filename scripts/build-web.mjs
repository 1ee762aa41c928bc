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

/** The oldest browsers whose CSS is written for: those with `:has()` and container queries. */
const STYLE_TARGETS = ["chrome105", "firefox121", "safari16"];

const shared = {
  outdir: OUT,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "info",
};

await build({ ...shared, entryPoints: BUNDLES, format: "iife", target: "es2020", charset: "utf8" });
await build({ ...shared, entryPoints: STYLES, target: STYLE_TARGETS, external: ["/assets/*"] });
