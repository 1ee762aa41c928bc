// Hears from the server that the session was changed elsewhere.

import type { Desk } from "./desk";
import type { Page } from "./types";

/** Listens as long as the session is open. Without EventSource the page learns it at its next ask. */
export function followChanges(desk: Desk): void {
  const { status, version } = desk.store.page;
  if (typeof EventSource === "undefined" || status !== "open") return;
  const source = new EventSource(desk.pages.changesUrl(desk.secret, version));
  source.addEventListener("change", (event) => {
    const told = JSON.parse(event.data as string) as Pick<Page, "version" | "status">;
    const known = desk.store.page;
    if (told.version === known.version && told.status === known.status) return;
    // Unanswered, it is no news yet: the next change comes, or the page's next ask.
    desk.inTurn(() => desk.refresh()).catch(() => undefined);
  });
  desk.store.watch((session) => {
    if (session.status.type !== "open") source.close();
  });
}
