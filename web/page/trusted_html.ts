// Under `require-trusted-types-for 'script'` this is the only door through which text becomes HTML.

interface Policy {
  createHTML(html: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

/** The policy's name, as the page's Content-Security-Policy allows it. */
const POLICY_NAME = "paydesk";

const factory = (window as { trustedTypes?: PolicyFactory }).trustedTypes;
const unchanged: Policy = { createHTML: (html) => html };
const policy = factory?.createPolicy(POLICY_NAME, unchanged) ?? unchanged;

/** Parses HTML that our own server rendered and escaped; scripts in it do not run. */
export function parseServerHtml(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}
