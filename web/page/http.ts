// Requests to our own server. An answer is either read, or one of the errors below.

const REQUEST_TIMEOUT_MS = 30_000;

/** The server understood and said no; the message is for the buyer. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

/** No answer, or none that makes sense: whether the request had an effect is not known. */
export class Unanswered extends Error {}

/** Sends the request; returns the answer when it is a success. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await answerOf(url, init);
  if (answer.ok) return answer;
  throw await refusalIn(answer);
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), REQUEST_TIMEOUT_MS);
  try {
    return await fetch(url, { ...init, signal: giveUp.signal, cache: "no-store" });
  } catch (error) {
    throw new Unanswered(String(error));
  } finally {
    clearTimeout(timer);
  }
}

interface ErrorBody {
  error?: { message?: string; code?: string };
}

async function refusalIn(answer: Response): Promise<Error> {
  if (answer.status >= 500) return new Unanswered(`HTTP ${answer.status}`);
  try {
    const { error } = (await answer.json()) as ErrorBody;
    if (error?.message !== undefined) return new Refused(error.message, error.code ?? null);
  } catch {
    return new Unanswered(`HTTP ${answer.status} without a message`);
  }
  return new Unanswered(`HTTP ${answer.status} without a message`);
}
