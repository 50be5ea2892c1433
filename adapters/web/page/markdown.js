// Markdown, drawn as nodes. The parser only ever hands over tokens: no HTML is written or read on the way, so
// nothing that people or models say can become markup, and nothing is fetched from elsewhere.

import { codeBlock } from "./code.js";
import { el, icon } from "./dom.js";
import MarkdownIt from "./vendor/markdown-it.js";

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false }); // "README.md" is no address in Moldova
const MESSAGE = /^\/(#[a-z0-9][a-z0-9.-]*\/\d+)$/; // in one of the rooms of this page
const SOURCE = /^\/api\/rooms\/[a-z0-9][a-z0-9.-]*\/knowledge\/\d+\/\d+$/; // what a room knows from a file
parser.validateLink = (address) =>
  /^(https?:|mailto:)/i.test(address.trim()) || MESSAGE.test(address) || SOURCE.test(address);

const TAGS = new Set("p ul ol li blockquote hr table thead tbody tr th td strong em s br".split(" "));

/** What each node shows, block by block: an answer that grows keeps the nodes of what stays the same. */
const drawn = new WeakMap();

/**
 * Show `text` in `node`, changing only the blocks that differ from what it showed before. `links`: the hosts that it
 * may lead to, other addresses are code; null: any.
 */
export function render(node, text, links = null) {
  const env = {};
  const tokens = parser.parse(text, env);
  const lines = text.split("\n");
  const names = JSON.stringify([env.references ?? {}, links]); // a definition at the end changes links above
  const before = drawn.get(node) ?? [];
  const after = groups(tokens).map((group) => ({ group, source: sourceOf(group, lines) + names }));
  let same = 0;
  while (same < Math.min(before.length, after.length) && before[same] === after[same].source) same += 1;
  while (node.childNodes.length > same) node.lastChild.remove();
  const led = hosts(links);
  for (const { group } of after.slice(same)) draw(group, node, led);
  drawn.set(
    node,
    after.map(({ source }) => source),
  );
}

/** A line of text as nodes: its code, its links and what is stressed. `links` as above. */
export function inline(text, links = null) {
  const shown = document.createDocumentFragment();
  draw(parser.parseInline(text, {}), shown, hosts(links));
  return shown;
}

/** Top-level blocks as slices of the token list. */
function groups(tokens) {
  const found = [];
  let start = 0;
  tokens.forEach((token, at) => {
    if (token.level !== 0 || token.nesting === 1) return;
    found.push(tokens.slice(start, at + 1));
    start = at + 1;
  });
  return found;
}

const sourceOf = ([first], lines) => `${first.type}\n${lines.slice(...(first.map ?? [0, 0])).join("\n")}`;

/** Walk the tokens: an opening one goes down, a closing one up. `led`: the hosts that links may lead to. */
function draw(tokens, root, led = null) {
  const stack = [root];
  for (const token of tokens) {
    if (token.nesting === -1) {
      if (!token.hidden) close(token, stack);
    } else if (token.nesting === 1) {
      if (!token.hidden) open(token, stack, led);
    } else {
      stack.at(-1).append(...leaf(token, led));
    }
  }
}

function open(token, stack, led) {
  const node = token.type === "link_open" ? link(token.attrGet("href"), led) : element(token);
  const holder =
    token.type === "table_open"
      ? el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, node)
      : node;
  stack.at(-1).append(holder);
  stack.push(node);
}

function close(token, stack) {
  const node = stack.pop();
  if (token.type === "link_close") node.append(...(node.dataset.address ? withAddress(node) : host(node)));
}

function element(token) {
  if (/^h[1-6]$/.test(token.tag)) return el(`h${Math.min(6, Number(token.tag[1]) + 2)}`); // below the page's own
  if (!TAGS.has(token.tag)) return el("span");
  const node = el(token.tag);
  const align = /^text-align:(left|center|right)$/.exec(token.attrGet("style") ?? "");
  if (align) node.classList.add(align[1]);
  if (token.tag === "ol" && token.attrGet("start"))
    node.setAttribute("start", Number(token.attrGet("start")) || 1);
  return node;
}

/** What has no inside. */
function leaf(token, led) {
  switch (token.type) {
    case "inline": {
      const inside = document.createDocumentFragment();
      draw(token.children, inside, led);
      return [inside];
    }
    case "text":
    case "text_special":
      return [token.content];
    case "softbreak":
    case "hardbreak":
      return [el("br")];
    case "code_inline":
      return [el("code", {}, token.content)];
    case "fence":
      return [codeBlock(token.content, token.info.trim().split(/\s+/)[0])];
    case "code_block":
      return [codeBlock(token.content, "")];
    case "hr":
      return [el("hr")];
    case "image":
      return [pictureLink(token, led)];
    default:
      return [token.content];
  }
}

function link(address, led) {
  const [, place] = MESSAGE.exec(address) ?? [];
  if (place) return el("a", { href: place });
  if (led && !SOURCE.test(address) && !led.has(plainly(address))) {
    return el("span", { data: { address } });
  }
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" });
}

/** What stands in place of a link that may not be one: its words, and its address as code. */
function withAddress(node) {
  const { address } = node.dataset;
  const said = node.textContent.trim();
  const same = !said || /:\/\/|^\S+\.\S+$/.test(said); // words that look like an address would deceive
  if (same) node.replaceChildren();
  return [same ? "" : " ", el("code", {}, address)];
}

/** Hosts in the letters that go over the wire; null for all there are. */
const hosts = (links) => links && new Set(links.map((host) => plainly(`https://${host}`)).filter(Boolean));

/** A host without what does not count when it is compared; nothing for what leads to none. */
function plainly(address) {
  const url = parsed(address);
  return /^https?:$/.test(url?.protocol) ? url.hostname.replace(/\.$/, "").replace(/^www\./, "") : "";
}

/** A picture elsewhere is a link: showing it would tell its server who reads. */
function pictureLink(token, led) {
  const address = token.attrGet("src");
  const label = token.content || "picture";
  if (!parser.validateLink(address)) return el("span", {}, label);
  const node = link(address, led);
  if (node.dataset.address) {
    node.append(label);
    node.append(...withAddress(node));
    return node;
  }
  node.classList.add("elsewhere");
  node.append(icon("picture"), label);
  node.append(...host(node));
  return node;
}

/** Where a link really leads, unless its text begins with just that, in the letters that go over the wire. */
function host(node) {
  const url = node.target && parsed(node.href); // what has no target stays on this page
  if (!url || !url.host || url.host === location.host) return [];
  const text = node.textContent.trim().toLowerCase();
  const whole = `${url.protocol}//${url.host}`;
  const said = text.startsWith(whole) && /^(?:[/?#]|$)/.test(text.slice(whole.length));
  return said ? [] : [el("span", { class: "host" }, url.host)];
}

function parsed(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
