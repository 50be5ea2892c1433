// An empty room: what one can do here, ready to click.

import { el, icon } from "./dom.js";

const EXAMPLES = [
  ["Say hello", "Hello! What can you do?", { text: "Hello! What can you do?" }],
  [
    "Meet a pirate",
    "/persona preset pirate",
    { path: "persona/preset", options: ["pirate"], then: "Ahoy! Who are you?" },
  ],
  [
    "Paint a picture",
    "/imagine a lighthouse at dawn",
    { path: "imagine", options: ["a lighthouse at dawn"] },
  ],
];

const OFFLINE =
  "The built-in offline model answers here. It has no intelligence, but everything around it is real. The key of an AI " +
  "service in .env, or a model server on this machine, changes that.";

/** Told to whoever handles the composer; nothing here knows how messages are sent. */
export const tryOut = (example) => dispatchEvent(new CustomEvent("parley:example", { detail: example }));

export function drawEmpty() {
  const mark = icon("mark");
  mark.setAttribute("class", "mark");
  return el(
    "div",
    { class: "welcome" },
    mark,
    el("h2", {}, "Nothing said here yet"),
    el("p", {}, "Write to Parley below. Type / for commands, paste or drop a picture to show it."),
    el(
      "ul",
      { class: "examples" },
      EXAMPLES.map(([title, words, example]) =>
        el(
          "li",
          {},
          el(
            "button",
            { type: "button", onclick: () => tryOut(example) },
            el("b", {}, title),
            el("span", {}, words),
          ),
        ),
      ),
    ),
    el("p", { class: "note offline-hint" }, OFFLINE),
  );
}
