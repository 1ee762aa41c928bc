// What goes wrong, in three kinds: the page's programmer, the buyer's request, the connection.

/** The page uses the script wrongly. Suites look for the name. */
export function integrationError(message: string): Error {
  const error = new Error(message);
  error.name = "IntegrationError";
  return error;
}

/** The server understood and said no; the message is for the buyer. */
export class Refused extends Error {
  constructor(
    message: string,
    /** `card_error`, `invalid_request_error`, … */
    readonly type: string,
    readonly code: string | null,
    readonly declineCode: string | null,
  ) {
    super(message);
  }
}

/** No answer that makes sense: whether the request had an effect is not known. */
export class Unanswered extends Error {}

const UNANSWERED = "The server could not be reached. Check your connection and try again.";

/** What a buyer reads of an error. */
export function messageOf(error: unknown): string {
  if (error instanceof Unanswered) return UNANSWERED;
  return error instanceof Error ? error.message : String(error);
}
