// A code block: its language, a button that copies it, and enough colour to read it by.

import { announce, button, el, icon } from "./dom.js";
import { paint } from "./highlight.js";

const COPIED_FOR = 1600;

export function codeBlock(text, language) {
  const source = text.replace(/\n$/, "");
  const code = el("code", {});
  paint(code, source, language.toLowerCase());
  return el(
    "figure",
    { class: "code" },
    el(
      "figcaption",
      {},
      el("span", {}, language || "text"),
      copyButton(() => source, "Copy code"),
    ),
    el("pre", { tabindex: "0" }, code),
  );
}

/** A button that copies what `text()` gives at the moment of the click. */
export function copyButton(text, label) {
  const node = button(label, copy, { symbol: "copy", quiet: true });
  async function copy() {
    const done = await toClipboard(text());
    node.replaceChildren(icon(done ? "check" : "alert"));
    announce(done ? "Copied" : "Copying is not allowed here");
    setTimeout(() => node.replaceChildren(icon("copy")), COPIED_FOR);
  }
  return node;
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // an address that is not https, or permission refused
  }
}
