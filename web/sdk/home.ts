// What the server puts around this script when it serves it (src/paydesk/pages/sdk.py).

export interface Home {
  /** Where our server is, as buyers reach it. `currentScript.src` would not do: a page that is only
   * intercepted says js.stripe.com there. */
  readonly base: string;
  /** The release train in the script's address; null at the address without one. */
  readonly train: string | null;
}

declare const paydeskHome: Home;

export const home: Home = paydeskHome;
