// A message on its way, or one that could not be sent.

import { button, el, icon } from "./dom.js";
import { clock, hue, initial } from "./format.js";
import { render } from "./markdown.js";
import { outbox } from "./outbox.js";

export function drawLetter(letter) {
  const body = el("div", { class: "body prose" });
  render(body, letter.text);
  const failed = letter.state === "failed";
  return el(
    "article",
    {
      class: `entry user letter ${failed ? "unsent" : "sending"}`,
      "aria-label": failed ? "Not sent" : "Sending",
    },
    el("div", { class: `avatar hue-${hue(letter.as)}`, "aria-hidden": "true" }, initial(letter.author)),
    el(
      "div",
      { class: "meat" },
      el(
        "header",
        {},
        el("span", { class: "author" }, letter.author),
        el("time", {}, failed ? "not sent" : clock(new Date(letter.at))),
      ),
      body,
      letter.files.length ? previews(letter.files) : null,
      failed && problem(letter),
    ),
  );
}

function previews(files) {
  return el(
    "div",
    { class: "pictures" },
    files.map((file) => {
      const address = URL.createObjectURL(file);
      return el("img", {
        class: "thumb",
        src: address,
        alt: file.name,
        onload: () => URL.revokeObjectURL(address),
      });
    }),
  );
}

function problem(letter) {
  const lost = letter.restored && letter.lost ? " Its pictures did not survive the reload." : "";
  return el(
    "p",
    { class: "notice failure", role: "alert" },
    icon("alert"),
    el("span", {}, `${letter.problem || "This was not sent before the page was closed."}${lost}`),
    button("Retry", () => outbox.retry(letter), { kind: "small" }),
    button("Discard", () => outbox.discard(letter), { kind: "small" }),
  );
}
