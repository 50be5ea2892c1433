// What each section shows: its tables, their columns and filters.

import { el } from "../dom.js";
import { confirm } from "../dialog.js";
import { money, plain } from "../format.js";
import { attempt } from "../notify.js";
import { ask, table } from "./ask.js";
import { counted, moment, paid, state as label, took } from "./cells.js";
import { chart } from "./chart.js";
import { filters, go, grid, state, stateLink, tell } from "./grid.js";
import { historyButton } from "./persona.js";
import { runButton } from "./run.js";

const PLATFORMS = ["web", "discord", "telegram"];
const STATUSES = ["queued", "in_progress", "requires_action", "completed", "incomplete", "failed", "cancelled", "expired"];
const KINDS = ["chat", "imagine", "describe", "summarize", "extract", "learn", "remind", "alert", "condense", "title", "adopt", "keep"];

/** Where something holds: by the name that people know, and as it is kept. */
const where = { key: "scope", label: "Where", cell: ({ scope, place }) => (place ? el("span", { title: scope }, place) : scope) };

const answersOf = ({ id, name }) => el("a", { href: `/admin/runs?room_id=${id}` }, name);

const RUN = [
  { key: "id", label: "Answer", cell: ({ id, room }) => (room === "private" ? `${id}` : runButton(id)) },
  moment("created_at", "When"),
  { key: "room", label: "Room" },
  { key: "person", label: "Asked by" },
  { key: "kind", label: "Kind" },
  { key: "status", label: "Status", cell: ({ status }) => label(status) },
  { key: "model", label: "Model" },
  counted("tokens", "Tokens"),
  paid("cost", "US$"),
  took("took", "Took"),
  { key: "last_error", label: "Error" },
];

const ROOM = [
  { key: "name", label: "Room", cell: answersOf },
  { key: "platform", label: "Platform" },
  { key: "server", label: "Server" },
  moment("last_at", "Last used"),
  counted("messages", "Messages", { sort: false, cell: ({ messages: n }) => (n >= 10_000 ? "10,000+" : n.toLocaleString()) }),
  { key: "persona", label: "Persona", sort: false },
  { key: "model", label: "Model", sort: false },
  paid("spent", "This month"),
];

const AUDIT = [
  { key: "id", label: "Entry" },
  moment("at", "When"),
  { key: "person", label: "Who", cell: (row) => row.person_name || row.person_id },
  { key: "act", label: "Act", cell: ({ act }) => act.replaceAll("_", " ") },
  { key: "decision", label: "Decision", cell: ({ decision }) => label(decision) },
  { key: "door", label: "From" },
  where,
  { key: "subject", label: "What", sort: false, cell: ({ subject, target, count }) => [subject.replaceAll("_", " "), target, count > 1 && `${count} times`].filter(Boolean).join(", ") },
  { key: "after", label: "Change", sort: false, cell: ({ before, after }) => (before || after ? `${before ?? "–"} → ${after ?? "–"}` : "") },
];

const ALERT = [
  { key: "id", label: "Alert", cell: ({ id }) => runButton(id) },
  moment("at", "When"),
  { key: "room", label: "Room" },
  { key: "person", label: "Person" },
  { key: "state", label: "State", cell: ({ state: now }) => label(now) },
  { key: "told", label: "What", sort: false, cell: ({ told }) => plain(told.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")) },
  { key: "of_run", label: "Answer", sort: false, cell: ({ of_run: run }) => runButton(run) },
  { key: "verbs", label: "Decide", sort: false, cell: decide },
];

const PERSONA = [
  { key: "name", label: "Persona", cell: historyButton },
  where,
  { key: "begins", label: "Begins", sort: false },
  counted("versions", "Versions"),
  { key: "by", label: "By" },
  moment("at", "Changed"),
  { key: "reason", label: "Reason", sort: false },
];

const SPEED = [
  counted("calls", "Calls"),
  counted("failed", "Failed"),
  took("p50", "p50"),
  took("p95", "p95"),
  took("first", "First word"),
  counted("tokens", "Tokens"),
  paid("cost", "US$"),
  { key: "last_error", label: "Last error" },
  moment("last_error_at", "When"),
];

const ACCOUNT = [
  { key: "name", label: "Account" },
  { key: "kind", label: "Kind" },
  { key: "state", label: "State", cell: ({ state: now, resting }) => [label(now), resting.length ? ` ${resting.join(", ")}` : ""] },
  counted("models", "Models"),
  moment("listed_at", "Listed"),
  ...SPEED,
];

const BUDGET = [
  where,
  { key: "whose", label: "Of" },
  { key: "limits", label: "Limits", sort: false, cell: ({ limits }) => limits.join("; ") },
  paid("today", "Today"),
  paid("month", "This month"),
  { key: "by", label: "By" },
  moment("at", "Set"),
];

const VERBS = { dismiss: "Dismiss", wipe: "Delete it", block: "Block for an hour" };
const SURE = { wipe: "The message goes here and from its platform.", block: "The person is not listened to on this server for an hour." };

function decide({ id, verbs }) {
  const press = async (verb) => {
    if (SURE[verb] && !(await confirm(VERBS[verb], SURE[verb], VERBS[verb]))) return;
    if (await attempt(() => ask(`api/moderation/${id}`, "POST", { verb }))) go({});
  };
  return verbs.map((verb) => el("button", { class: "button small", type: "button", onclick: () => press(verb) }, VERBS[verb]));
}

/** One table with its filters. */
const simple = (name, columns, choices, about) => async () => {
  const data = await table(name, state());
  tell(data);
  return [about && el("p", { class: "note" }, about), filters(choices), grid(name, columns, data)];
};

const tile = (name, value, address) =>
  el("li", {}, el("span", {}, name), el(address ? "a" : "b", { href: address }, value));

async function overview() {
  const seen = await ask("api/overview");
  const reasons = Object.values(seen.reasons);
  const parts = seen.days.map(({ period, cost, requests }) => ({ day: period, model: "all models", cost, calls: requests }));
  return [
    el("p", { class: `health ${reasons.length ? "bad" : "good"}` }, reasons.join(" ") || "Ready: everything that is set up works."),
    el(
      "ul",
      { class: "tiles" },
      tile("Spent today", `${money(seen.today.cost)} · ${seen.today.requests} questions`, "/admin/spending?by=day"),
      tile("Spent this month", `${money(seen.month.cost)} · ${seen.month.requests} questions`, "/admin/spending"),
      tile("Answers in the making", String(seen.rows.length)),
      tile("Rooms", seen.rooms.toLocaleString(), "/admin/rooms"),
      tile("Private rooms", `${seen.private.toLocaleString()}, ${seen.private_today.toLocaleString()} used today`),
      tile("Open alerts", seen.alerts.toLocaleString(), "/admin/moderation?state=open"),
    ),
    chart("The last 30 days", seen.days.map(({ period }) => period), parts, "questions"),
    listed("What is missing", seen.missing),
    listed("Worth knowing", seen.notes),
    el("h2", {}, "In the making"),
    grid("In the making", RUN.map((column) => ({ ...column, sort: false })), { rows: seen.rows, page: 1, more: false, sort: "" }),
  ];
}

const listed = (title, sentences) =>
  sentences.length ? el("section", {}, el("h2", {}, title), el("ul", { class: "sentences" }, sentences.map((one) => el("li", {}, one)))) : null;

async function spending() {
  const by = state().get("by") ?? "model";
  const data = await table("spending", state());
  tell(data);
  const tabs = ["model", "person", "day"].map((each) =>
    stateLink({ by: each === "model" ? null : each, sort: null, page: null, filter: null }, { class: "button small", id: `by-${each}`, "aria-current": each === by ? "true" : null }, `By ${each}`),
  );
  const columns = [{ key: "name", label: by[0].toUpperCase() + by.slice(1) }, counted("calls", "Calls"), counted("tokens", "Tokens"), paid("cost", "US$")];
  return [
    chart("Spent in the last 30 days", data.days.map(({ period }) => period), data.parts),
    el("nav", { class: "tabs", "aria-label": "Added up" }, tabs),
    filters(),
    grid(`Spending by ${by}`, columns, data),
  ];
}

async function budgets() {
  const data = await table("budgets", state());
  tell(data);
  const stated = `By the settings: ${data.stated.join("; ") || "no limits"}. Below is what moderators set; it is never more.`;
  return [el("p", { class: "note" }, stated), filters(), grid("Budgets", BUDGET, data)];
}

const LATELY = "Times, failures and costs are those of the newest 2,000 calls.";

const AUDITED = "The newest 10,000 entries are looked at. On the machine, “parley audit export FILE” writes all of them.";

async function audit() {
  const drawn = await simple("audit", AUDIT, { decision: ["done", "refused"] }, AUDITED)();
  const file = el("a", { class: "button small", href: `/admin/api/audit/export?${state()}`, download: "parley-audit.csv" }, "Export as CSV");
  return [el("p", {}, file), ...drawn];
}

const NEWEST = "The newest 10,000 are looked at. What one person says to Parley alone is not among them.";

/** A section by the end of its address. */
export const SECTIONS = {
  "": ["Overview", overview],
  rooms: ["Rooms", simple("rooms", ROOM, { platform: PLATFORMS }, NEWEST)],
  runs: ["Answers", simple("runs", RUN, { status: STATUSES, kind: KINDS }, NEWEST)],
  spending: ["Spending", spending],
  budgets: ["Budgets", budgets],
  providers: ["Providers", simple("providers", ACCOUNT, { state: ["well", "resting", "refused"] }, LATELY)],
  models: ["Models", simple("models", [{ key: "name", label: "Model" }, ...SPEED], {}, LATELY)],
  audit: ["Audit", audit],
  moderation: ["Moderation", simple("moderation", ALERT, { state: ["open", "closed"] })],
  personas: ["Personas", simple("personas", PERSONA, {}, "Of rooms and servers. Press a name for what it has been.")],
};
