// Keeps an open page honest: it learns that the order was changed, paid or ended elsewhere.
//
// The server says so while the page is in sight; where it can't, the page asks every few seconds.

import type { Confirming } from "./confirm";
import { required, showMessage } from "./dom";
import { sendForJson } from "./http";
import { fill, pageUrl, type SessionData } from "./session_data";
import type { Summary } from "./summary";

const POLL_EVERY_MS = 4_000;

/** How long a change waits that comes while the buyer pays or changes something. */
const TRY_AGAIN_MS = 300;

interface Status {
  readonly status: "open" | "complete" | "expired";
  readonly version: number;
}

export function startLiveStatus(data: SessionData, summary: Summary, confirming: Confirming): void {
  const idle = () => !document.hidden && !confirming.paying && !summary.busy;

  const look = async () => {
    const { status, version } = await sendForJson<Status>(pageUrl(data, "/status"));
    if (!idle()) return;
    if (status !== "open") location.reload();
    else if (version !== summary.version) await adopt();
  };

  const adopt = async () => {
    const changed = await summary.refresh();
    if (!changed) return;
    const text = fill(data.messages.orderChanged, { total: summary.totalText });
    showMessage(required("#notice", HTMLElement), text);
  };

  const hear = () => {
    if (document.hidden) return;
    if (idle()) look().catch(() => undefined);
    else setTimeout(hear, TRY_AGAIN_MS);
  };

  const poll = async () => {
    // An unanswered poll is no news: the next one comes.
    if (idle()) await look().catch(() => undefined);
    setTimeout(() => void poll(), POLL_EVERY_MS);
  };

  follow(data, summary, { hear, lost: () => setTimeout(() => void poll(), POLL_EVERY_MS) });
  document.addEventListener("visibilitychange", hear);
}

interface Listener {
  hear(): void;
  /** There will be no word from the server. */
  lost(): void;
}

/** Listens while the page is in sight: a browser has few connections to give to one server. */
function follow(data: SessionData, summary: Summary, listener: Listener): void {
  let source: EventSource | null = null;
  const open = () => {
    const query = new URLSearchParams({ key: data.publishableKey, since: String(summary.version) });
    source = new EventSource(`/v1/payment_pages/${data.session}/changes?${query}`);
    source.addEventListener("change", () => listener.hear());
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      document.removeEventListener("visibilitychange", turn);
      listener.lost();
    };
  };
  const turn = () => {
    source?.close();
    source = null;
    if (!document.hidden) open();
  };
  if (typeof EventSource === "undefined") return listener.lost();
  document.addEventListener("visibilitychange", turn);
  turn();
}
