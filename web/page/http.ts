// Requests to our own server. An answer is either read, or one of the errors below.

const REQUEST_TIMEOUT_MS = 30_000;

/** The server understood and said no; the message is for the buyer. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string | null = null,
    /** The parameter that is wrong, as the API names it. */
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

/** No answer, or none that makes sense: whether the request had an effect is not known. */
export class Unanswered extends Error {}

/** Sends the request and reads the answer; rejects unless it is a success. */
export async function sendForJson<Answer>(url: string, init: RequestInit = {}): Promise<Answer> {
  const { status, text } = await answerOf(url, init);
  if (status >= 400) throw refusalOf(status, text);
  return JSON.parse(text) as Answer;
}

async function answerOf(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), REQUEST_TIMEOUT_MS);
  try {
    const answer = await fetch(url, { ...init, signal: giveUp.signal, cache: "no-store" });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    throw new Unanswered(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Posts a form, or gets when there is none; the answer is HTML, parsed by the browser.
 *
 * `fetch` gives text, and nothing in this script turns text into HTML: the policy of the page
 * forbids it. An XMLHttpRequest gives a document.
 */
export function sendForDocument(url: string, form: URLSearchParams | null): Promise<Document> {
  const request = new XMLHttpRequest();
  request.open(form === null ? "GET" : "POST", url);
  request.setRequestHeader("X-Paydesk-Fragment", "summary");
  request.timeout = REQUEST_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    request.onreadystatechange = () => {
      const refused = request.status >= 400;
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED && !refused) {
        request.responseType = "document";
      }
    };
    request.onloadend = () => {
      if (request.responseType === "") reject(refusalOf(request.status, request.responseText));
      else if (request.responseXML === null) reject(new Unanswered("no document"));
      else resolve(request.responseXML);
    };
    request.send(form);
  });
}

interface ErrorBody {
  error?: { message?: string; code?: string; param?: string };
}

/** The status is 0 when there was no answer at all. */
function refusalOf(status: number, body: string): Error {
  const error = status < 500 ? errorIn(body) : undefined;
  if (error?.message === undefined) return new Unanswered(`HTTP ${status}`);
  return new Refused(error.message, error.code ?? null, error.param ?? null);
}

function errorIn(body: string): ErrorBody["error"] {
  try {
    return (JSON.parse(body) as ErrorBody).error;
  } catch {
    return undefined;
  }
}
