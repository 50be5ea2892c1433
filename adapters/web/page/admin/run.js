// How an answer was made; its words only after a click that is written down.

import { openDialog } from "../dialog.js";
import { button, el, icon } from "../dom.js";
import { exactClock, money, seconds } from "../format.js";
import { attempt } from "../notify.js";
import { ask } from "./ask.js";

/** The button in a row. */
export const runButton = (id, label = `${id}`) =>
  el("button", { class: "link", type: "button", title: "How was this made?", onclick: () => open(id) }, label);

const open = (id) => attempt(async () => show(id, await ask(`api/runs/${id}`)));

function show(id, run) {
  const body = el("div", {}, told(run), steps(run));
  const read = button("Show the words", () => attempt(words), { kind: "small" });
  async function words() {
    const whole = await ask(`api/runs/${id}/words`, "POST");
    body.replaceChildren(...said(whole), told(whole), steps(whole));
    read.remove();
  }
  const close = button("Close", () => dialog.close(), { symbol: "close", quiet: true });
  const why = el("p", { class: "note" }, "That you read them stands in the audit from then on.");
  const label = "How was this made?";
  const dialog = openDialog(
    label,
    [el("header", {}, el("h2", {}, label), close), body, el("footer", {}, why, read)],
    "sheet wide how",
  );
}

const told = ({ id, status, model, usage, last_error: error }) =>
  el(
    "p",
    {},
    [`Answer ${id}`, status.replace("_", " "), error, model, `${usage.total_tokens} tokens`, money(usage.cost)]
      .filter(Boolean)
      .join(" · "),
  );

const said = ({ said: entries }) =>
  entries.map(({ author, text }) => el("div", { class: "words" }, el("span", {}, author), el("pre", { tabindex: "0" }, text)));

const steps = (run) => el("ol", { class: "steps" }, run.steps.flatMap(step));

function step(one) {
  if (one.type === "model_call") {
    const facts = [`${one.prompt_tokens} tokens in, ${one.completion_tokens} out`, money(one.cost), seconds(one.latency_ms)];
    return [row("model", one.at, [el("code", {}, one.model), ` ${one.outcome}`], facts.join(" · "), one.outcome !== "ok")];
  }
  if (one.type === "tool_calls") {
    return one.calls.map((call) => {
      const found = call.result?.text ?? "";
      const given = [call.arguments, found].filter(Boolean).join(" → ");
      return row("tool", one.at, [el("code", {}, call.name)], given, call.failed || call.result?.failed);
    });
  }
  const about = [one.about, one.action, ...(one.over ?? [])].filter(Boolean).join(" ");
  return [row("note", one.at, [one.type.replaceAll("_", " ")], about)];
}

const row = (symbol, at, words, facts, failed) =>
  el(
    "li",
    { class: failed ? "failed" : null },
    icon(symbol),
    el("p", {}, el("span", {}, words), el("time", { datetime: at }, exactClock(new Date(at)))),
    facts && el("p", { class: "facts" }, facts),
  );
