// window.Stripe, a plain function: the published loaders call it without `new`.

import { home } from "./home";
import { makeStripe } from "./stripe";
import { versionOf } from "./trains";

function Stripe(key: unknown, options?: { locale?: string }): ReturnType<typeof makeStripe> {
  return makeStripe(home.train, key, options);
}

Stripe.version = versionOf(home.train);

const page = window as unknown as { Stripe?: typeof Stripe };
if (page.Stripe === undefined) page.Stripe = Stripe;
else console.warn("Stripe.js was loaded already; the first one is kept.");
