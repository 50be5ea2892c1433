// The buttons of a message. Which there are, the server says; what they do, it decides.

import * as api from "./api.js";
import { copyButton } from "./code.js";
import { confirm } from "./dialog.js";
import { button } from "./dom.js";
import { actor } from "./identity.js";
import { attempt } from "./notify.js";
import { active, words } from "./timeline.js";

const LABELS = { regenerate: "Regenerate", continue: "Continue", stop: "Stop", delete: "Delete" };
const ORDER = ["stop", "continue", "regenerate", "delete"];

/** Buttons for an entry, by what it is and where its run stands. */
export function drawActions(entry, timeline) {
  const verbs = offered(entry);
  const buttons = ORDER.filter((verb) => verb in verbs).map((verb) =>
    button(LABELS[verb], () => act(verb, verbs[verb], entry, timeline), {
      symbol: verb,
      quiet: verb !== "stop" && verb !== "continue",
      kind: verb,
      data: { verb },
    }),
  );
  if (!words(entry) || active(entry.run)) return buttons;
  return [...buttons.slice(0, -1), copyButton(() => words(entry), "Copy"), ...buttons.slice(-1)];
}

/** Verb -> target. `actions` are verbs, or verbs with their targets; a run that works can always be stopped. */
function offered(entry) {
  const verbs = {};
  for (const action of entry.actions ?? []) {
    const verb = typeof action === "string" ? action : action.verb;
    if (verb in LABELS) verbs[verb] = action.target ?? entry.run?.id;
  }
  if (entry.role === "user") verbs.delete = entry.id;
  if (active(entry.run)) {
    delete verbs.regenerate;
    delete verbs.continue;
    delete verbs.delete;
    if (entry.role === "assistant" && entry.run.status === "in_progress") verbs.stop = entry.run.id;
  } else {
    delete verbs.stop;
  }
  return verbs;
}

async function act(verb, target, entry, timeline) {
  if (verb === "delete" && !(await confirm("Delete this message?", sentence(entry), "Delete"))) return;
  await attempt(() =>
    verb === "delete" && entry.role === "user"
      ? api.remove(timeline.room, entry.id, actor())
      : api.act(timeline.room, verb, target, actor()),
  );
}

const sentence = (entry) =>
  entry.role === "user"
    ? "Its answer goes with it. This cannot be undone."
    : "Parley forgets that it said this. This cannot be undone.";
