// Bundles a page's script with the packages of one generation:
// node bundle.mjs OUT ENTRY GENERATION REACT REACT_STRIPE STRIPE
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [, , outfile, entry, generation, react, reactStripe, stripe] = process.argv;
const apps = fileURLToPath(new URL("apps/", import.meta.url));

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "iife",
  logLevel: "error",
  nodePaths: [fileURLToPath(new URL("../../node_modules", import.meta.url))],
  define: { "process.env.NODE_ENV": '"development"' },
  alias: {
    generation: `${apps}generation${generation}.jsx`,
    react: `react${react}`,
    "react-dom": `react-dom${react}`,
    "@stripe/react-stripe-js": reactStripe,
    "@stripe/stripe-js": stripe,
  },
});
