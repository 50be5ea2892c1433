// What a persona has been: every version, and what it changed.

import { openDialog } from "../dialog.js";
import { button, el } from "../dom.js";
import { attempt } from "../notify.js";
import { ask } from "./ask.js";
import { when } from "./cells.js";

export const historyButton = (row) =>
  el("button", { class: "link", type: "button", onclick: () => attempt(() => open(row)) }, row.name);

async function open({ scope, setting, name }) {
  const { versions } = await ask(`api/personas/history?${new URLSearchParams({ scope, name: setting })}`);
  const close = button("Close", () => dialog.close(), { symbol: "close", quiet: true });
  const label = `The persona ${name}`;
  const list = el("ol", { class: "versions", reversed: true }, versions.map(version));
  const dialog = openDialog(label, [el("header", {}, el("h2", {}, label), close), el("p", { class: "note" }, scope), list], "sheet wide");
}

const version = ({ number, by, at, reason, cleared, diff }) =>
  el(
    "li",
    { value: String(number) },
    el("p", {}, `Version ${number}, by ${by}, `, when(at), reason && `: ${reason}`, cleared && " (cleared)"),
    diff && el("pre", { tabindex: "0" }, diff.split("\n").map(line)),
  );

const KINDS = { "+": "added", "-": "removed", "@": "place" };

const line = (text) => el("span", { class: KINDS[text[0]] }, `${text}\n`);
