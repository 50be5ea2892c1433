// A command's options as a form: one labelled field each, of the option's own kind, errors under their field.

import * as api from "./api.js";
import { LIMITS, Tray } from "./attach.js";
import { button, el, worded } from "./dom.js";
import { actor } from "./identity.js";
import { store } from "./store.js";
import { suggest } from "./suggest.js";
import { typed } from "./table.js";

let forms = 0;

/** Draw the form of `item`. `run(options, files)` is called when it is sent; `cancel` when it is left. `blame(error)`
 * shows what is wrong. */
export function drawForm(item, { options = {}, files = [], run, cancel }) {
  const id = `form-${++forms}`;
  const fields = item.params.map((param) => field(param, item, options[param.name], files, id));
  const trouble = el("p", { class: "problem", role: "alert" });
  const form = el(
    "form",
    { class: "command-form", autocomplete: "off", "aria-label": item.title, novalidate: true },
    el("header", {}, el("code", {}, item.title), el("span", {}, item.description)),
    fields.map(({ node }) => node),
    trouble,
    el(
      "footer",
      {},
      el("button", { type: "submit", class: "button primary" }, "Run"),
      button("Cancel", cancel),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(fields, trouble, run);
  });
  keepOffered(form, fields, item);
  return { form, blame: (error) => blame(fields, trouble, error) };
}

/** Options that depend on the others are there while they make sense: the server says when. */
function keepOffered(form, fields, item) {
  const depending = fields.filter(({ param }) => param.depends);
  if (!depending.length) return;
  let asked = 0;
  async function ask() {
    const mine = ++asked;
    try {
      const offered = await api.params(store.get("room"), item.path, given(fields), actor());
      const names = new Set(offered.map(({ name }) => name));
      if (mine === asked) for (const { param, node } of depending) node.hidden = !names.has(param.name);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error; // they stay as they are
    }
  }
  for (const { node } of depending) node.hidden = true;
  for (const { param, node } of fields) if (!param.depends) node.addEventListener("change", ask);
  ask();
}

/** The options that are filled in. */
function given(fields) {
  const filled = fields
    .filter(({ read, node }) => read && !node.hidden)
    .map(({ param, read }) => [param.name, read()]);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

async function send(fields, trouble, run) {
  for (const { problem } of fields) problem.textContent = "";
  trouble.textContent = "";
  const empty = fields.find(
    ({ param, read, files }) => param.required && (files ? !files().length : read() === undefined),
  );
  if (empty) return fault(empty, "This one is needed.");
  const odd = fields.find(({ control, node }) => !node.hidden && control.validity?.badInput);
  if (odd) return fault(odd, "This is not a number.");
  const error = await run(
    given(fields),
    fields.flatMap(({ files }) => files?.() ?? []),
  );
  if (error) blame(fields, trouble, error);
}

/** An error stands under the field that it is about, if one can see it. */
function blame(fields, trouble, error) {
  const at = fields.find(({ param, node }) => param.name === error.field && !node.hidden);
  if (at) fault(at, error.message);
  else trouble.replaceChildren(...worded(error.message));
}

/** It is gone as soon as the field changes. */
function fault({ problem, control }, message) {
  problem.replaceChildren(...worded(message));
  control.setAttribute("aria-invalid", "true");
  control.focus();
  control.addEventListener(
    "input",
    () => {
      control.removeAttribute("aria-invalid");
      problem.textContent = "";
    },
    { once: true },
  );
}

/** Options that need no whole line where there is room for two. */
const short = ({ kind, depends }) => depends || kind === "integer" || kind === "number";

/** { param, node, control, problem } and `read()` or `files()`. */
function field(param, item, value, files, id) {
  const made = (MAKERS[param.kind] ?? words)(param, item, value, files);
  const problem = el("p", { class: "problem", id: `${id}-${param.name}`, role: "alert" });
  made.control.setAttribute("aria-describedby", problem.id);
  if (param.required) made.control.setAttribute("aria-required", "true");
  const label = el(
    "span",
    {},
    el("b", {}, param.name),
    el("span", { class: "about" }, param.description ?? ""),
    !param.required && el("em", {}, "optional"),
  );
  const holder = param.kind === "picture" ? "div" : "label";
  return {
    param,
    problem,
    ...made,
    node: el(holder, { class: `field ${param.kind}${short(param) ? " short" : ""}` }, label, made.control, made.extra, problem),
  };
}

function words(param, item, value) {
  if (param.choices?.length) return choice(param, item, value);
  const control = param.long ? el("textarea", { rows: 8 }) : el("input", { type: "text" });
  control.value = value ?? "";
  if (value === undefined && (param.current || param.long)) present(control, param, item);
  const read = () => (control.value.trim() ? typed(param, control.value) : undefined);
  return {
    control,
    read,
    extra: param.complete && !param.long ? suggest(control, item.path, param.name) : null,
  };
}

/** Show the value that holds now, unless somebody types first. */
async function present(control, param, item) {
  try {
    const { current } = await api.complete(store.get("room"), item.path, param.name, "", actor());
    if (current && !control.value) control.value = current;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error; // an empty field says the same
  }
}

function number(param, item, value) {
  const range = param.least != null && param.most != null ? `${param.least} to ${param.most}` : null;
  const whole = param.kind === "integer";
  const control = el("input", {
    type: "number",
    inputmode: whole ? "numeric" : "decimal",
    min: param.least,
    max: param.most,
    step: whole ? 1 : "any",
    placeholder: range,
  });
  control.value = value ?? "";
  return { control, read: () => (control.value.trim() ? typed(param, control.value.trim()) : undefined) };
}

function choice(param, item, value) {
  const none = param.required ? [] : [el("option", { value: "" }, "—")];
  const choices = param.choices.map((each) =>
    typeof each === "object" ? each : { name: each, value: each },
  );
  const control = el(
    "select",
    {},
    none,
    choices.map((each) => el("option", { value: each.value }, each.name ?? each.value)),
  );
  if (value !== undefined) control.value = value;
  else if (param.current) present(control, param, item);
  return { control, read: () => (control.value === "" ? undefined : typed(param, control.value)) };
}

function boolean(param, item, value) {
  const control = el(
    "select",
    {},
    el("option", { value: "" }, "—"),
    el("option", { value: "true" }, "yes"),
    el("option", { value: "false" }, "no"),
  );
  control.value = value === undefined ? "" : String(value);
  return { control, read: () => (control.value === "" ? undefined : control.value === "true") };
}

function picture(param, item, value, files) {
  const list = el("ul", { class: "attached", hidden: true });
  const tray = new Tray(list);
  tray.add(files);
  const input = el("input", { type: "file", hidden: true });
  input.addEventListener("change", () => {
    tray.add(input.files);
    input.value = "";
  });
  const control = button("Choose a file", () => input.click(), { symbol: "picture", title: LIMITS });
  return { control, files: () => tray.files, extra: [input, list] };
}

const MAKERS = { integer: number, number, choice, boolean, picture };
