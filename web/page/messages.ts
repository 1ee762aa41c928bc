/** What the bank's frame says to the page, once it is done. */
export interface ChallengeDone {
  readonly type: "paydesk.challenge";
  readonly session: string;
}

/** Reads a message only after its origin was compared; anything else is somebody else's. */
export function isChallengeDone(event: MessageEvent, session: string): boolean {
  if (event.origin !== location.origin) return false;
  const message = event.data as Partial<ChallengeDone> | null;
  return message?.type === "paydesk.challenge" && message.session === session;
}
