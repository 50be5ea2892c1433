// How an answer was made: the models that were asked, the tools that were used, and what it cost.

import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { button, el, icon } from "./dom.js";
import { exactClock, money, seconds } from "./format.js";
import { actor } from "./identity.js";
import { attempt } from "./notify.js";

const SHORT = 160; // characters that stand open; what is longer is folded

const OUTCOMES = {
  ok: "answered",
  busy: "was busy",
  down: "could not be reached",
  key: "did not take the key",
  refused: "refused",
  timeout: "took too long",
  cut_off: "broke off",
  garbled: "answered what nobody can read",
  cancelled: "was stopped",
  reserved: "is being asked",
  lost: "was asked when Parley was switched off",
};

/** The button under an answer. Who may not see it is told so by the server. */
export function madeButton({ id }) {
  let asked = false;
  async function press() {
    if (asked) return; // twice would be two dialogs
    asked = true;
    await attempt(async () => openMade(await api.run(id, actor())));
    asked = false;
  }
  return button("How was this made?", press, { symbol: "made", quiet: true, kind: "made" });
}

function openMade(run) {
  const close = button("Close", () => dialog.close(), { symbol: "close", quiet: true });
  const dialog = openDialog(
    "How was this made?",
    [
      el("header", {}, el("h2", {}, "How was this made?"), close),
      el("p", {}, summary(run)),
      chosen(run.chosen),
      el("ol", { class: "steps" }, run.steps.flatMap(drawStep)),
    ],
    "sheet wide how",
  );
}

const summary = ({ id, status, model, usage }) =>
  [
    `Answer ${id}`,
    status.replace("_", " "),
    model,
    `${usage.total_tokens.toLocaleString()} tokens`,
    money(usage.cost),
  ]
    .filter(Boolean)
    .join(" · ");

/** What its person chose for this answer alone. */
function chosen(options) {
  const names = Object.keys(options);
  if (!names.length) return null;
  const rows = names.map((name) => el("div", {}, el("dt", {}, name), el("dd", {}, options[name])));
  return el("section", { class: "chosen" }, el("h3", {}, "For this answer alone"), el("dl", {}, rows));
}

function drawStep(step) {
  if (step.type === "model_call") return [drawCall(step)];
  if (step.type === "tool_calls") return step.calls.map((call) => drawTool(call, step));
  if (step.type === "message_creation") return [row("check", step.at, ["The answer was written"])];
  if (step.type === "notes_shown") return [row("note", step.at, [`Shown: ${notes(step)} that came before`])];
  if (step.type === "condensed") return [row("note", step.at, [`Written: ${notes(step)}`])];
  if (step.type === "moderation") return [row("note", step.at, [`Moderation: ${judged(step)}`])];
  if (step.type === "recall") return [row("note", step.at, [`Recalled: ${recalled(step)}`])];
  return [row("note", step.at, [step.type.replaceAll("_", " ")])];
}

/** What was said longer ago than a model can be shown. */
const notes = ({ exchanges }) => `notes of ${exchanges} ${exchanges === 1 ? "exchange" : "exchanges"}`;

/** What was judged, what became of it, and the highest scores. */
function judged({ about, action, scores = {} }) {
  const highest = Object.entries(scores).sort(([, one], [, other]) => other - one);
  const told = highest.slice(0, 3).map(([name, score]) => `${name} ${score.toFixed(2)}`);
  return [`${about} ${action}`, ...told].join(", ");
}

/** What came back for the question: messages and how like it they are, files and their pages. */
function recalled({ found = [] }) {
  const named = found.map(({ kind, message_id: id, likeness, name, page }) =>
    kind === "knowledge"
      ? `${name}${page ? `, page ${page}` : ""}`
      : `message ${id}${likeness ? ` (likeness ${likeness.toFixed(2)})` : ""}`,
  );
  return [...new Set(named)].join(", ") || "nothing";
}

function drawCall(call) {
  const failed = !["ok", "reserved"].includes(call.outcome);
  const said = [el("code", {}, call.model), ` ${OUTCOMES[call.outcome] ?? call.outcome}`];
  return row("model", call.at, said, [el("p", { class: "facts" }, facts(call).join(" · "))], failed);
}

function facts(call) {
  const about = call.estimated ? "≈ " : "";
  const [read, wrote] = [call.prompt_tokens.toLocaleString(), call.completion_tokens.toLocaleString()];
  const tokens = call.prompt_tokens + call.completion_tokens > 0;
  return [
    tokens && `${about}${read} tokens in, ${wrote} out`,
    call.pictures > 0 && `${call.pictures} ${call.pictures === 1 ? "picture" : "pictures"}`,
    money(call.cost),
    priced(call.price),
    seconds(call.latency_ms),
    call.first_token_ms !== null && `first word after ${seconds(call.first_token_ms)}`,
  ].filter(Boolean);
}

/** What a model's service asks; nothing where it asks nothing, or nobody knows. */
function priced(price) {
  if (!price) return "";
  const { prompt, completion, picture } = price;
  const tokens = prompt || completion ? `${money(prompt * 1e6)} in, ${money(completion * 1e6)} out a million` : "";
  return [tokens, picture ? `${money(picture)} a picture` : ""].filter(Boolean).join(", ");
}

function drawTool({ name, arguments: given, result }, { at, allowed }) {
  const leave = { true: ", with leave", false: ", which was not allowed" }[allowed] ?? "";
  const came = result === null ? ": no result" : result.failed ? " failed" : "";
  const words = [
    folded("Asked", pretty(given)),
    result && folded(result.failed ? "Problem" : "Found", result.text),
  ];
  return row("tool", at, [el("code", {}, name), `${leave}${came}`], words, result?.failed);
}

function row(symbol, at, said, more = [], failed = false) {
  return el(
    "li",
    { class: failed ? "failed" : null },
    icon(symbol),
    el("p", {}, el("span", {}, said), el("time", { datetime: at }, exactClock(new Date(at)))),
    more,
  );
}

/** Words as they are: open when they are few, else behind a line that says how many there are. */
function folded(label, text) {
  const words = el("pre", { tabindex: "0", "aria-label": label }, text || "nothing");
  if (text.length <= SHORT) return el("div", { class: "words" }, el("span", {}, label), words);
  const size = `${text.length.toLocaleString()} characters`;
  return el("details", { class: "words" }, el("summary", {}, `${label} (${size})`), words);
}

/** JSON that is easier to read where it is long; what is none stays as the model wrote it. */
function pretty(given) {
  if (given.length <= SHORT / 2) return given;
  try {
    return JSON.stringify(JSON.parse(given), null, 2);
  } catch {
    return given;
  }
}
