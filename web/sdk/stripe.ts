// The object that `Stripe(key)` gives.

import { type Account, flat, openCheckout } from "./checkout";
import { openEmbedded } from "./embedded";
import { integrationError } from "./errors";
import { redirectToCheckout } from "./redirect";
import { checkoutStyle, isEarly, redirects, removesOldNames } from "./trains";
import type { InitOptions } from "./types";

const KEY_BEGINS = /^pk_/;

interface StripeOptions {
  readonly locale?: string;
}

export function makeStripe(train: string | null, key: unknown, options: StripeOptions = {}) {
  const account = accountOf(train, key, options);
  return {
    initCheckout: (wanted: InitOptions): any => initCheckout(train, account, wanted),
    initCheckoutElementsSdk: (wanted: InitOptions) => openCheckout(account, wanted).sdk,
    initCheckoutFormSdk: (_wanted?: unknown): never => {
      throw integrationError("stripe.initCheckoutFormSdk() is not available.");
    },
    initEmbeddedCheckout: (wanted: Parameters<typeof openEmbedded>[1]) => {
      if (removesOldNames(train)) throw removed("initEmbeddedCheckout", "createEmbeddedCheckoutPage");
      return openEmbedded(account, wanted);
    },
    createEmbeddedCheckoutPage: (wanted: Parameters<typeof openEmbedded>[1]) =>
      openEmbedded(account, wanted),
    redirectToCheckout: (wanted?: { sessionId?: string }) => {
      if (redirects(train)) return redirectToCheckout(wanted);
      throw integrationError(
        "stripe.redirectToCheckout is no longer supported. Send your customer to session.url instead.",
      );
    },
    // The React packages take an object for Stripe's only if it has the next four.
    elements: (): never => {
      throw notHere("elements");
    },
    createToken: () => Promise.reject(notHere("createToken")),
    createPaymentMethod: () => Promise.reject(notHere("createPaymentMethod")),
    confirmCardPayment: () => Promise.reject(notHere("confirmCardPayment")),
    registerAppInfo: (_info: unknown): void => undefined,
    _registerWrapper: (_wrapper: unknown): void => undefined,
  };
}

function initCheckout(train: string | null, account: Account, options: InitOptions): unknown {
  const style = checkoutStyle(train, options?.fetchClientSecret !== undefined);
  if (style === "removed") throw removed("initCheckout", "initCheckoutElementsSdk");
  const checkout = openCheckout(account, options);
  if (style === "sync") return checkout.sdk;
  const loaded = checkout.loading.then(() => flat(checkout));
  if (style === "promise") return loaded;
  // For pages of either generation: the new one's object, which the old one's can wait for. It is
  // not enumerable, so that React's copy of the object is no promise.
  loaded.catch(() => undefined); // who uses loadActions learns it there
  const then = loaded.then.bind(loaded);
  return Object.defineProperty(checkout.sdk, "then", { value: then });
}

function accountOf(train: string | null, key: unknown, { locale }: StripeOptions): Account {
  if (typeof key !== "string" || !KEY_BEGINS.test(key)) {
    throw integrationError(
      "Invalid value for Stripe(): apiKey should be a publishable key, which begins with pk_.",
    );
  }
  const auto = locale === undefined || locale === "auto";
  return { key, locale: auto ? navigator.language : locale, early: isEarly(train) };
}

function removed(old: string, name: string): Error {
  return integrationError(
    `stripe.${old}() has been removed. Please use stripe.${name}() instead.`,
  );
}

function notHere(name: string): Error {
  return integrationError(
    `stripe.${name}() is not available: this server takes payments by Checkout Sessions.`,
  );
}
