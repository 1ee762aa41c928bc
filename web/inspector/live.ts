// Keeps a page as it is on the server: word of a change comes by server-sent events, and the parts
// of the page that differ are put in place. What is being read or typed is left alone.

import { required } from "../page/dom";

const REQUEST_TIMEOUT_MS = 10_000;

/** Changes come in bursts; the page is asked for once for what comes within so long. */
const GATHER_MS = 120;

export function follow(): void {
  const url = document.getElementById("main")?.getAttribute("data-live");
  if (!url || typeof EventSource === "undefined") return;
  let source: EventSource | null = null;
  const turn = () => {
    source?.close();
    source = null;
    if (document.hidden) return;
    source = new EventSource(url);
    source.addEventListener("change", refreshSoon);
    // What happened before the stream began, or while the page was out of sight.
    source.addEventListener("open", refreshSoon);
  };
  document.addEventListener("visibilitychange", turn);
  addEventListener("pagehide", () => source?.close());
  turn();
}

let waiting = false;

function refreshSoon(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    // A page that can't be had now is had with the next change.
    load(location.href).then(place, () => undefined);
  }, GATHER_MS);
}

/** The policy of the page lets no script turn text into HTML; an XMLHttpRequest gives a document. */
function load(url: string): Promise<Document> {
  const request = new XMLHttpRequest();
  request.open("GET", url);
  request.responseType = "document";
  request.timeout = REQUEST_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    request.onloadend = () => {
      if (request.status === 200 && request.responseXML !== null) resolve(request.responseXML);
      else reject(new Error(`HTTP ${request.status}`));
    };
    request.send();
  });
}

function place(fresh: Document): void {
  let changed = false;
  for (const part of Array.from(fresh.querySelectorAll("[data-part]"))) {
    const shown = document.getElementById(part.id);
    if (shown === null || isSame(shown, part)) continue;
    replace(shown, part);
    changed = true;
  }
  if (changed) tell();
}

function isSame(shown: Element, fresh: Element): boolean {
  const copy = shown.cloneNode(true) as Element;
  for (const details of [copy, ...Array.from(copy.querySelectorAll("details"))]) {
    details.removeAttribute("open");
  }
  return copy.isEqualNode(fresh);
}

/** What was unfolded stays so, and the focus stays where it was. */
function replace(shown: HTMLElement, fresh: Element): void {
  const focused = document.activeElement?.id;
  for (const details of Array.from(shown.querySelectorAll("details[open]"))) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  shown.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

/** Says the newest step to those who listen to the page instead of looking at it. */
function tell(): void {
  const steps = document.querySelectorAll(".Step-title");
  const newest = steps[steps.length - 1]?.textContent;
  required("#live-status", HTMLElement).textContent = newest ?? "Updated";
}
