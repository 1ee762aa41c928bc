/** The element that the page must have: its absence is a mistake of the template. */
export function required<Kind extends Element>(
  selector: string,
  kind: new () => Kind,
  root: ParentNode = document,
): Kind {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`Expected ${kind.name} at ${selector}, found ${String(found)}`);
}

/** Says something to those who listen to the page instead of looking at it. */
export function announce(text: string): void {
  required("#status", HTMLElement).textContent = text;
}

/** Shows a message in its place, or hides the place. */
export function showMessage(place: Element | null, text: string | null): void {
  if (!(place instanceof HTMLElement)) return;
  place.textContent = text ?? "";
  place.hidden = text === null;
}
