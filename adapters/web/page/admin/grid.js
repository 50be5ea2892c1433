// A table whose order, filters and page are in the address: it can be linked to, and Back works.

import { announce, el } from "../dom.js";

/** What the address says of the table. */
export const state = () => new URLSearchParams(location.search);

/** Go to another state of the same section: `draw` is called, as by Back. */
export function go(changes) {
  const wanted = state();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") wanted.delete(name);
    else wanted.set(name, value);
  }
  const query = wanted.toString();
  history.pushState(null, "", query ? `?${query}` : location.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
}

const link = (changes) => {
  const wanted = state();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) wanted.delete(name);
    else wanted.set(name, value);
  }
  return `?${wanted}`;
};

/** A link to another state; the page stays. `focus`: what has the focus again after drawing. */
export function stateLink(changes, attributes, ...children) {
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(changes);
  };
  return el("a", { href: link(changes), onclick: follow, ...attributes }, ...children);
}

/** The table. A column: `key` and `label`; `sort` false: by it nothing is ordered; `cell` makes what is shown;
 * `number`: it stands at the right. */
export function grid(label, columns, data) {
  const { rows, sort } = data;
  const head = el("tr", { role: "row" }, columns.map((column) => heading(column, sort)));
  const lines = rows.map((row) => el("tr", { role: "row" }, columns.map((column) => cell(column, row))));
  const none = el("p", { class: "none" }, "Nothing here, or nothing that fits.");
  return el(
    "section",
    { class: "grid" },
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { role: "table", "aria-label": label },
        el("thead", { role: "rowgroup" }, head),
        el("tbody", { role: "rowgroup" }, lines),
      ),
    ),
    !rows.length && none,
    pager(data),
  );
}

function heading({ key, label, sort = true, number }, now) {
  const kind = { role: "columnheader", scope: "col", class: number ? "number" : null };
  if (!sort) return el("th", kind, label);
  const turned = now === key || now === `-${key}`;
  const down = now === `-${key}`;
  const next = turned ? (down ? key : `-${key}`) : number ? `-${key}` : key;
  const order = turned ? (down ? "descending" : "ascending") : "none";
  const sign = turned && el("span", { "aria-hidden": "true" }, down ? " ↓" : " ↑");
  return el(
    "th",
    { ...kind, "aria-sort": order },
    stateLink({ sort: next, page: null }, { id: `sort-${key}` }, label, sign),
  );
}

function cell({ key, label, cell: shown, number }, row) {
  const made = shown ? shown(row) : row[key];
  const empty = made === null || made === undefined || made === "" || made.length === 0;
  const kind = [number && "number", empty && "empty"].filter(Boolean).join(" ");
  return el("td", { role: "cell", class: kind || null, data: { label } }, empty ? "–" : made);
}

function pager({ page, more }) {
  if (page === 1 && !more) return null;
  return el(
    "nav",
    { class: "pager", "aria-label": "Pages" },
    page > 1 && stateLink({ page: page === 2 ? null : page - 1 }, { class: "button small", id: "before" }, "Before"),
    el("span", { class: "note" }, `Page ${page}`),
    more && stateLink({ page: page + 1 }, { class: "button small", id: "next" }, "Next"),
  );
}

/** The filters above a table: words, and choices by the name of a column. */
export function filters(choices = {}) {
  const now = state();
  const words = el("input", {
    id: "filter",
    type: "search",
    name: "filter",
    value: now.get("filter"),
    placeholder: "Filter",
    "aria-label": "Filter",
    maxlength: "100",
  });
  const selects = Object.entries(choices).map(([name, values]) => choice(name, values, now.get(name)));
  const submit = (event) => {
    event.preventDefault();
    go({ ...Object.fromEntries(new FormData(event.target)), page: null });
  };
  const others = [...now].filter(([name]) => !["filter", "sort", "page", "by", ...Object.keys(choices)].includes(name));
  const chips = others.map(([name, value]) => stateLink({ [name]: null, page: null }, { class: "chip" }, `${name.replace("_", " ")} ${value} ✕`));
  return el(
    "form",
    { class: "filters", role: "search", onsubmit: submit },
    words,
    selects,
    chips,
    el("button", { class: "button small", type: "submit" }, "Apply"),
  );
}

function choice(name, values, now) {
  const options = ["", ...values].map((value) =>
    el("option", { value, selected: value === (now ?? "") }, value ? value.replaceAll("_", " ") : `any ${name}`),
  );
  const changed = (event) => event.target.form.requestSubmit();
  return el("select", { name, id: `choice-${name}`, "aria-label": name, onchange: changed }, options);
}

/** Say how a table changed to who does not see it. */
export const tell = (data) => announce(`${data.rows.length} rows, page ${data.page}`);
