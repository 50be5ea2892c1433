// The buttons of a message. Which there are, the server says; what they do, it decides.

import * as api from "./api.js";
import { copyButton } from "./code.js";
import { confirm } from "./dialog.js";
import { button } from "./dom.js";
import { actor } from "./identity.js";
import { madeButton } from "./made.js";
import { attempt } from "./notify.js";
import { ratingButtons } from "./rated.js";
import { active, words } from "./timeline.js";

const LABELS = {
  allow: "Allow",
  forbid: "Don't",
  stop: "Stop",
  continue: "Continue",
  regenerate: "Regenerate",
  vary: "Vary",
  enlarge: "Enlarge",
  dismiss: "Dismiss",
  wipe: "Delete it",
  block: "Block for an hour",
  delete: "Delete",
}; // in the order in which they stand

/** What stands on those that have no picture of their own. */
const SYMBOLS = { dismiss: "check", wipe: "delete", block: "forbid" };

/** What the buttons under a picture are called, and do. */
const OF_PICTURES = {
  regenerate: ["Again", "Paint it again, in its place"],
  vary: ["Vary", "Another picture of the same words"],
  enlarge: ["Enlarge", "The same picture at twice the size"],
};

/** Buttons for an entry, by what it is and where its run stands. */
export function drawActions(entry, timeline) {
  const verbs = offered(entry);
  const buttons = Object.keys(LABELS)
    .filter((verb) => verb in verbs)
    .map((verb) => drawAction(verb, verbs[verb], entry, timeline));
  if (active(entry.run)) return buttons;
  const answer = entry.role === "assistant";
  const caption = answer && entry.run?.kind === "imagine";
  const quiet = [
    words(entry) && !caption && copyButton(() => words(entry), "Copy"),
    answer && entry.run && madeButton(entry.run),
    ...(answer && entry.run && words(entry) ? ratingButtons(timeline.room, entry.id, entry.run.id) : []),
  ].filter(Boolean);
  return [...buttons.slice(0, -1), ...quiet, ...buttons.slice(-1)];
}

function drawAction(verb, target, entry, timeline) {
  const [label, title] = (entry.run?.kind === "imagine" && OF_PICTURES[verb]) || [LABELS[verb]];
  const node = button(label, press, {
    symbol: SYMBOLS[verb] ?? verb,
    quiet: verb === "delete" || (verb === "regenerate" && !title),
    kind: verb,
    data: { verb },
    title,
  });
  let pressed = false;
  async function press() {
    if (pressed) return; // twice would be two
    pressed = true; // and not `disabled`, which would take the keyboard's focus away
    await act(verb, target, entry, timeline);
    pressed = false;
  }
  return node;
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
    const asked = entry.run.status === "requires_action";
    const left = asked ? ["allow", "forbid", "stop"] : ["stop"];
    for (const verb of Object.keys(verbs)) if (!left.includes(verb)) delete verbs[verb];
    if (entry.role === "assistant" && entry.run.status === "in_progress") verbs.stop = entry.run.id;
  } else {
    delete verbs.stop;
  }
  return verbs;
}

async function act(verb, target, entry, timeline) {
  if (verb === "delete" && !(await confirm("Delete this message?", sentence(entry), "Delete"))) return;
  const done = await attempt(() =>
    verb === "delete" && entry.role === "user"
      ? api.remove(timeline.room, entry.id, actor())
      : api.act(timeline.room, verb, target, actor()),
  );
  if (done && (verb === "vary" || verb === "enlarge")) dispatchEvent(new Event("parley:asked"));
}

const sentence = (entry) =>
  entry.role === "user"
    ? "Its answer goes with it. This cannot be undone."
    : "Parley forgets that it said this. This cannot be undone.";
