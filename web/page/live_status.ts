// Keeps an open page honest: it learns that the order was changed, paid or ended elsewhere.

import type { Confirming } from "./confirm";
import { required, showMessage } from "./dom";
import { sendForJson } from "./http";
import { fill, pageUrl, type SessionData } from "./session_data";
import type { Summary } from "./summary";

const POLL_EVERY_MS = 4_000;

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

  const poll = async () => {
    // An unanswered poll is no news: the next one comes.
    if (idle()) await look().catch(() => undefined);
    setTimeout(() => void poll(), POLL_EVERY_MS);
  };

  setTimeout(() => void poll(), POLL_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (idle()) look().catch(() => undefined);
  });
}
