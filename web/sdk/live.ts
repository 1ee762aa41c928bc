// Hears from the server that the session was changed elsewhere.

import type { Desk } from "./desk";

/** Listens as long as the session is open. Without EventSource the page learns it at its next ask. */
export function followChanges(desk: Desk): void {
  if (typeof EventSource === "undefined") return;
  const source = new EventSource(desk.pages.changesUrl(desk.secret));
  const look = (): void => {
    desk.inTurn(() => desk.refresh()).catch(() => undefined);
  };
  source.onmessage = look;
  source.addEventListener("change", look);
  desk.store.watch((session) => {
    if (session.status.type !== "open") source.close();
  });
}
