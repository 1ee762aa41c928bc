// Hears from the server that the session was changed elsewhere.

import type { Desk } from "./desk";
import type { Page } from "./types";

/** Listens as long as the session is open and the page in sight: a browser has few connections to
 * give to one server. A page that comes back says what it knows, and hears at once what it missed.
 * Without EventSource the page learns it at its next ask. */
export function followChanges(desk: Desk): void {
  if (typeof EventSource === "undefined") return;
  let source: EventSource | null = null;
  const turn = (): void => {
    const { status, version } = desk.store.page;
    const listens = status === "open" && !document.hidden;
    if (listens) source ??= listen(desk, version);
    else {
      source?.close();
      source = null;
    }
  };
  document.addEventListener("visibilitychange", turn);
  desk.store.watch(turn);
  turn();
}

function listen(desk: Desk, version: number): EventSource {
  const source = new EventSource(desk.pages.changesUrl(desk.secret, version));
  source.addEventListener("change", (event) => {
    const told = JSON.parse(event.data as string) as Pick<Page, "version" | "status">;
    const known = desk.store.page;
    if (told.version === known.version && told.status === known.status) return;
    // Unanswered, it is no news yet: the next change comes, or the page's next ask.
    desk.inTurn(() => desk.refresh()).catch(() => undefined);
  });
  return source;
}
