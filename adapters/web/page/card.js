// A command's result. It stands in this browser's stream only; what a run makes of it comes as a message.

import * as api from "./api.js";
import { button, el, icon } from "./dom.js";
import { clock } from "./format.js";
import { actor } from "./identity.js";
import { thumbnail } from "./lightbox.js";
import { render } from "./markdown.js";
import { attempt } from "./notify.js";

/** card: { title, text, pictures, private, actions, offers, failed, at } */
export function drawCard(card, timeline) {
  const body = el("div", { class: "prose" });
  render(body, card.text || "Done.");
  const pictures = card.pictures ?? [];
  return el(
    "aside",
    { class: `card${card.failed ? " failed" : ""}`, "aria-label": `Result of ${card.title}` },
    el(
      "header",
      {},
      icon(card.failed ? "alert" : "slash"),
      el("code", {}, card.title),
      el("time", {}, clock(card.at)),
      button("Dismiss", () => timeline.dropCard(card), { symbol: "close", quiet: true }),
    ),
    body,
    pictures.length
      ? el(
          "div",
          { class: "pictures" },
          pictures.map((_, at) => thumbnail(pictures, at)),
        )
      : null,
    card.drawing && drawing(card.drawing),
    drawFiles(card.files ?? []),
    drawDownloads(card.downloads ?? []),
    drawButtons(card, timeline),
    drawOffers(card),
    card.private && el("footer", {}, icon("private"), "Only you can see this"),
  );
}

/** A picture that was drawn for this result, and is kept nowhere. */
function drawing({ png, about }) {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  return el("img", { class: "drawing", src: url, alt: about });
}

/** Files to keep: their words are in the result already. */
function drawFiles(files) {
  if (!files.length) return null;
  return el(
    "ul",
    { class: "files" },
    files.map(({ name, text }) => {
      const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      return el("li", {}, el("a", { href: url, download: name }, name));
    }),
  );
}

/** Files that wait for whoever asked for them, and can be taken once. */
function drawDownloads(files) {
  if (!files.length) return null;
  return el(
    "ul",
    { class: "files" },
    files.map(({ name, url }) => el("li", {}, el("a", { href: url, download: name }, name))),
  );
}

/** What can be done next: buttons that give another command. */
function drawOffers(card) {
  const offers = card.offers ?? [];
  if (!offers.length) return null;
  const give = (offer) => () => dispatchEvent(new CustomEvent("parley:offer", { detail: { card, offer } }));
  return el(
    "div",
    { class: "buttons" },
    offers.map((offer) => button(offer.label, give(offer), { kind: "small" })),
  );
}

function drawButtons(card, timeline) {
  const actions = card.actions ?? [];
  if (!actions.length) return null;
  return el(
    "div",
    { class: "buttons" },
    actions.map(({ verb, target }) =>
      button(
        verb[0].toUpperCase() + verb.slice(1),
        () => attempt(() => api.act(timeline.room, verb, target, actor())),
        { kind: "small" },
      ),
    ),
  );
}
