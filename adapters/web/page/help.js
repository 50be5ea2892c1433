// Help: the keys, and where the commands are.

import { openDialog } from "./dialog.js";
import { button, el } from "./dom.js";

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const ALT = mac ? "⌥" : "Alt";

const KEYS = [
  [
    "Write",
    [
      [["Enter"], "Send"],
      [["Shift", "Enter"], "New line"],
      [["↑"], "Bring back what you said before"],
      [["/"], "Commands; ↑ ↓ choose, Tab completes"],
      [[mac ? "⌘" : "Ctrl", "V"], "Paste a picture"],
    ],
  ],
  [
    "Read",
    [
      [["Esc"], "Stop the answer that is being written"],
      [["End"], "To the newest message"],
      [["←", "→", "Z"], "In a picture: previous, next, actual size"],
    ],
  ],
  [
    "Go",
    [
      [[ALT, "↑"], "Room above"],
      [[ALT, "↓"], "Room below"],
      [[ALT, "N"], "New room"],
      [["?"], "This help"],
    ],
  ],
];

export function openHelp() {
  const sections = KEYS.map(([title, rows]) =>
    el("section", {}, el("h3", {}, title), el("dl", {}, rows.map(row))),
  );
  const dialog = openDialog(
    "Help",
    [
      el(
        "header",
        {},
        el("h2", {}, "Help"),
        button("Close", () => dialog.close(), { symbol: "close", quiet: true }),
      ),
      el("div", { class: "columns" }, sections),
      el(
        "p",
        { class: "note" },
        "Type /help for what Parley can do here. Answers under your messages are kept on this machine; a message that could not be sent waits for you.",
      ),
    ],
    "sheet wide help",
  );
}

const row = ([keys, meaning]) =>
  el(
    "div",
    {},
    el(
      "dt",
      {},
      keys.map((key) => el("kbd", {}, key)),
    ),
    el("dd", {}, meaning),
  );
