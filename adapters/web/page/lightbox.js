// A picture in full: fitted or at its own size, arrows for the next, Esc to go back.

import { openDialog } from "./dialog.js";
import { button, el } from "./dom.js";

/** A picture of a message, which opens in full. `about`: the words that it was painted from. */
export function thumbnail(pictures, at, about = "") {
  const { url, width, height } = pictures[at];
  const label = [about, `Picture ${at + 1} of ${pictures.length}`, width && `${width} × ${height}`]
    .filter(Boolean)
    .join(", ");
  return el(
    "button",
    {
      type: "button",
      class: "thumb",
      "aria-label": `${label}: open`,
      onclick: () => openLightbox(pictures, at, about),
    },
    el("img", {
      src: ownPath(url),
      alt: about,
      width: width || null,
      height: height || null,
      decoding: "async",
    }),
  );
}

/** Pictures come from Parley itself, whatever an address says. */
const ownPath = (url) => new URL(url, location.origin).pathname;

function openLightbox(pictures, start, about) {
  let at = start;
  const image = el("img", { alt: "" });
  const stage = el("div", { class: "stage", tabindex: "0" }, image);
  const caption = el("p", { role: "status" });
  const zoom = button("Actual size", () => toggle(), { symbol: "fit", quiet: true });
  const bar = el(
    "header",
    {},
    caption,
    zoom,
    button("Close", () => dialog.close(), { symbol: "close", quiet: true }),
  );
  const arrows =
    pictures.length > 1 ? [arrow("Previous picture", "left", -1), arrow("Next picture", "right", 1)] : [];
  const dialog = openDialog("Picture", [bar, stage, ...arrows], "lightbox");

  function arrow(label, symbol, step) {
    return button(label, () => go(step), { symbol, quiet: true, kind: `arrow ${symbol}` });
  }

  function go(step) {
    at = (at + step + pictures.length) % pictures.length;
    show();
  }

  function show() {
    const { url, width, height } = pictures[at];
    image.src = ownPath(url);
    stage.classList.remove("actual");
    zoom.setAttribute("aria-pressed", "false");
    const size = width ? `${width} × ${height}` : "";
    caption.textContent = pictures.length > 1 ? `${at + 1} of ${pictures.length}  ${size}` : size;
    image.alt = about || `Picture ${at + 1} of ${pictures.length}`;
  }

  function toggle() {
    const actual = stage.classList.toggle("actual");
    zoom.setAttribute("aria-pressed", String(actual));
    zoom.title = actual ? "Fit to the window" : "Actual size";
  }

  const KEYS = { ArrowLeft: () => go(-1), ArrowRight: () => go(1), z: toggle, 1: toggle };
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || !(event.key in KEYS)) return;
    if (stage.classList.contains("actual") && event.key.startsWith("Arrow")) return; // the arrows scroll there
    event.preventDefault();
    KEYS[event.key]();
  });
  image.addEventListener("click", toggle);
  show();
  stage.focus();
}
