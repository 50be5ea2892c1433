// Keys that work everywhere on the page.

import * as api from "./api.js";
import { openPalette } from "./composer.js";
import { byId } from "./dom.js";
import { openHelp } from "./help.js";
import { actor } from "./identity.js";
import { log } from "./log.js";
import { attempt } from "./notify.js";
import { neighbour } from "./rooms.js";
import { store } from "./store.js";

export function startKeys() {
  byId("stop").addEventListener("click", stop);
  byId("help").addEventListener("click", openHelp);
  document.addEventListener("keydown", pressed);
}

function stop() {
  const run = store.get("writing");
  if (run !== null) attempt(() => api.act(store.get("room"), "stop", run, actor()));
}

function pressed(event) {
  if (event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open:not(.toast)"))
    return;
  if (event.altKey && event.key in WITH_ALT) {
    event.preventDefault();
    WITH_ALT[event.key]();
  } else if (event.key === "Escape") {
    stop();
  } else if (
    !isTyping(event.target) &&
    event.key in ALONE &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey
  ) {
    event.preventDefault();
    ALONE[event.key]();
  }
}

const WITH_ALT = {
  ArrowUp: () => neighbour(-1),
  ArrowDown: () => neighbour(1),
  n: () => byId("new-room-name").focus(),
};

const ALONE = { "?": openHelp, "/": openPalette, End: () => log.toEnd(true) };

const isTyping = (node) => node.matches?.("input, textarea, select, [contenteditable]");
