// How the merchant wants the fields to look: a theme, variables, and rules for a few parts, of which
// only those are followed that can change nothing but looks, and load nothing from anywhere.

interface Appearance {
  readonly theme?: unknown;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A published variable -> ours (web/page/css/tokens.css, element.css). */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  colorPrimary: ["--accent", "--accent-ink"],
  colorBackground: ["--raised"],
  colorText: ["--ink", "--ink-soft"],
  colorTextSecondary: ["--ink-soft"],
  colorTextPlaceholder: ["--ink-faint"],
  colorDanger: ["--bad"],
  borderRadius: ["--radius"],
  fontFamily: ["--font"],
  fontSizeBase: ["--font-size"],
  spacingUnit: ["--spacing"],
};

/** A published part -> where it is in our documents. */
const PARTS: Readonly<Record<string, string>> = {
  ".Input": ".CheckoutInput",
  ".Label": ".Group-label",
  ".Error": ".FieldError",
  ".Tab": ".Tab",
  ".Tab--selected": ".Tab--selected",
  ".Block": ".Group-stack",
};

const PROPERTIES = [
  "backgroundColor", "border", "borderColor", "borderRadius", "borderWidth", "borderStyle",
  "boxShadow", "color", "fontFamily", "fontSize", "fontVariant", "fontWeight", "letterSpacing",
  "lineHeight", "margin", "marginBottom", "marginTop", "outline", "outlineOffset", "padding",
  "paddingBottom", "paddingLeft", "paddingRight", "paddingTop", "textDecoration", "textShadow",
  "textTransform", "transition",
]; // prettier-ignore

const STATES = /^(\.[A-Za-z-]+?)(--invalid)?(:hover|:focus|:disabled|::placeholder)?$/;
const THEMES = ["stripe", "night", "flat"];
const VALUE_CHARACTERS_MAX = 200;

const sheet = typeof CSSStyleSheet.prototype.replaceSync === "function" ? new CSSStyleSheet() : null;

export function wear(wanted: unknown): void {
  const { theme, variables = {}, rules = {} } = (wanted ?? {}) as Appearance;
  const root = document.documentElement;
  root.dataset["theme"] = THEMES.find((each) => each === theme) ?? "stripe";
  for (const [name, value] of Object.entries(variables)) {
    for (const ours of VARIABLES[name] ?? []) if (isHarmless(value)) root.style.setProperty(ours, value);
  }
  if (sheet === null) return;
  sheet.replaceSync(Object.entries(rules).map(ruleOf).join("\n"));
  document.adoptedStyleSheets = [sheet];
}

function ruleOf([selector, style]: [string, Readonly<Record<string, unknown>>]): string {
  const [, part = "", invalid = "", state = ""] = STATES.exec(selector) ?? [];
  const ours = PARTS[part];
  if (ours === undefined) return "";
  const kept = Object.entries(style).filter(
    ([name, value]) => PROPERTIES.includes(name) && isHarmless(value),
  );
  const declarations = kept.map(([name, value]) => `${cssName(name)}: ${String(value)};`);
  const full = ours + (invalid && ".CheckoutInput--invalid") + state;
  return `body ${full} { ${declarations.join(" ")} }`;
}

/** No value ends its declaration, and none has an address that would be loaded. */
function isHarmless(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= VALUE_CHARACTERS_MAX &&
    !/[;{}<>\\@]|url|image|src\(|expression|\/\*/i.test(value)
  );
}

function cssName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
