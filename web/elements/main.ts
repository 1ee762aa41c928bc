// The script of the documents at /elements/…: one element each, in a frame of the merchant's page.

import type { HostMessage } from "../messages";
import { Challenge } from "../page/challenge";
import { readSessionData, type SessionData } from "../page/session_data";
import { addressInside } from "./address";
import { wear } from "./appearance";
import { contactInside } from "./contact";
import { act, reportFocus } from "./focus";
import { Host } from "./host";
import type { Inside } from "./parts";
import { paymentInside } from "./payment";
import { followHeight } from "./size";
import { taxIdInside } from "./tax_id";

const FORMS: Readonly<Record<string, (data: SessionData) => Inside | null>> = {
  payment: paymentInside,
  billing: (data) => addressInside(data, "billing"),
  shipping: (data) => addressInside(data, "shipping"),
  contact: contactInside,
  "tax-id": (data) => (document.getElementById("taxId") === null ? null : taxIdInside(data)),
};

function start(): void {
  const data = readSessionData();
  const { element = "", host: origin = "" } = document.body.dataset;
  if (data === null || window.parent === window) return;
  const host = new Host(origin);
  const inside = FORMS[element]?.(data) ?? null;
  if (inside !== null) startForm(host, inside);
  host.listen((message) => answer({ host, data, inside }, message));
  host.send({ type: "paydesk.ready" });
  if (element !== "challenge") followHeight(host);
}

function startForm(host: Host, inside: Inside): void {
  let told = JSON.stringify(inside.state());
  reportFocus(host);
  document.addEventListener("submit", (event) => event.preventDefault());
  // After the fields' own listeners, which may still rewrite what was typed.
  document.addEventListener("input", () => {
    queueMicrotask(() => {
      const state = inside.state();
      if (JSON.stringify(state) === told) return;
      told = JSON.stringify(state);
      host.send({ type: "paydesk.change", state: { ...state, details: { ...state.details } } });
    });
  });
}

interface Parts {
  readonly host: Host;
  readonly data: SessionData;
  readonly inside: Inside | null;
}

function answer({ host, data, inside }: Parts, message: HostMessage): void {
  switch (message.type) {
    case "paydesk.setup":
      wear(message.appearance);
      return inside?.omitBilling?.(message.billingElsewhere);
    case "paydesk.act":
      return act(message.action);
    case "paydesk.validate": {
      const problem = inside?.validate(message.focus) ?? null;
      return host.send({ type: "paydesk.validated", request: message.request, problem });
    }
    case "paydesk.confirm": {
      const { request, fields } = message;
      void inside?.confirm?.(fields).then((told) => {
        host.send({ type: "paydesk.confirmed", request, answer: told });
      });
      return;
    }
    case "paydesk.challenge": {
      const { request, url } = message;
      void new Challenge(data).run(url).then(() => {
        host.send({ type: "paydesk.challenged", request });
      });
    }
  }
}

start();
