// How an answer stands, in words: waiting, thinking, stopped, failed, cut off.

import * as api from "./api.js";
import { button, el, icon } from "./dom.js";
import { actor } from "./identity.js";
import { inline } from "./markdown.js";
import { attempt } from "./notify.js";

const DOING = {
  imagine: "is painting",
  describe: "is looking",
  summarize: "is reading",
  title: "is looking for a title",
  chat: "is thinking",
  continue: "is thinking",
};

/** What to say under a message; nothing when all is well. */
export function drawState(entry, { answered, live, place, room }) {
  const said = entry.notice ? notices(entry) : [];
  const { run } = entry;
  if (!run) return said;
  if (run.status === "queued" && !(entry.role === "user" && answered)) {
    return [...said, place > 0 ? queued(run, place, room) : thinking(run)];
  }
  if (run.status === "in_progress" && (entry.role === "assistant" ? !live : !answered))
    return [...said, thinking(run)];
  if (run.status === "cancelling") return [...said, el("p", { class: "waiting" }, "Stopping…")];
  return said.length || entry.role === "assistant" || answered ? said : ended(run);
}

function queued(run, place, room) {
  const cancel = () => attempt(() => api.act(room, "stop", run.id, actor()));
  return el(
    "p",
    { class: "waiting queued" },
    el("span", {}, `Waiting: ${place} before you`),
    button("Cancel", cancel, { kind: "small" }),
  );
}

function thinking(run) {
  return el(
    "p",
    { class: "waiting" },
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el("span", {}, `Parley ${DOING[run.kind] ?? "is thinking"}…`),
  );
}

const KINDS = { failed: "failure", expired: "failure", cancelled: "stopped", incomplete: "cut" };

const SYMBOLS = { failure: "alert", cut: "continue", stopped: "stop", remark: "note" };

function notices(entry) {
  const kind = KINDS[entry.run?.status] ?? "remark";
  return lines(entry.notice).map((line) =>
    el(
      "p",
      { class: `notice ${kind}`, role: kind === "failure" ? "alert" : null },
      icon(SYMBOLS[kind]),
      el("span", {}, sentence(line, entry.links)),
    ),
  );
}

/** A notice may say several things, each in stars and brackets: those are for platforms that have only text. */
const lines = (text) =>
  text
    .replace(/\)\*\s+\*\(/g, ")*\n*(")
    .split(/\n+/)
    .map((line) => line.trim().replace(/^\*\((.*)\)\*$/, "$1"));

const sentence = (line, links) => inline(line.charAt(0).toUpperCase() + line.slice(1), links);

const ENDINGS = {
  cancelled: ["stopped", "Cancelled before an answer began."],
  failed: ["failure", "There is no answer: something went wrong."],
  expired: ["failure", "There is no answer: it waited too long."],
};

/** A question whose run ended without an answer to show it. */
function ended(run) {
  const [kind, words] = ENDINGS[run.status] ?? [];
  return kind
    ? [
        el(
          "p",
          { class: `notice ${kind}` },
          icon(kind === "failure" ? "alert" : "stop"),
          el("span", {}, words),
        ),
      ]
    : [];
}
