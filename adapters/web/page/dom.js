// Building the page. Everything that people or models wrote goes in as text: nothing here takes HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: attributes by name, `on…` listeners, `class`, `data`; children are nodes or text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A drawing from the sprite in index.html; decoration only, the button around it has the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon and, unless `quiet`, its label. */
export function button(label, onclick, { symbol, quiet = false, kind = "", ...rest } = {}) {
  const attributes = {
    type: "button",
    class: `button ${kind}${quiet ? " quiet" : ""}`.trim(),
    onclick,
    ...rest,
  };
  if (quiet) Object.assign(attributes, { "aria-label": label, title: label });
  return el("button", attributes, symbol && icon(symbol), !quiet && el("span", {}, label));
}

/** A sentence as nodes; what stands in backquotes is a name, and is shown as it is written. */
export const worded = (sentence) =>
  sentence.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));

export const byId = (id) => document.getElementById(id);

const announcer = () => byId("announcer");

/** Say something to a screen reader, once. */
export function announce(text) {
  announcer().textContent = "";
  requestAnimationFrame(() => (announcer().textContent = text));
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether a finger is the pointer: no hover, a keyboard that covers half of the screen. */
export const touch = () => matchMedia("(pointer: coarse)").matches;
