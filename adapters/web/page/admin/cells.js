// How values look in a table.

import { el } from "../dom.js";
import { money } from "../format.js";

const near = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** A moment, in the reader's own time. */
export function when(at) {
  if (!at) return null;
  const moment = new Date(at);
  return el("time", { datetime: at, title: whole.format(moment) }, near.format(moment));
}

export const count = (number) => (number ?? 0).toLocaleString();
export const dollars = (amount) => (amount ? money(amount) : "0");
export const milliseconds = (time) => (time ? (time < 1000 ? `${time} ms` : `${(time / 1000).toFixed(1)} s`) : null);

const GOOD = ["completed", "well", "done", "closed"];
const BAD = ["failed", "refused", "expired", "open", "resting"];

/** A state as a small label: its word says it, the colour only helps. */
export const state = (word) =>
  el("span", { class: `state ${GOOD.includes(word) ? "good" : BAD.includes(word) ? "bad" : ""}` }, word.replaceAll("_", " "));

/** A column of moments, of counts, of money, of times. */
export const moment = (key, label, more = {}) => ({ key, label, cell: (row) => when(row[key]), ...more });
export const counted = (key, label, more = {}) => ({ key, label, number: true, cell: (row) => count(row[key]), ...more });
export const paid = (key, label, more = {}) => ({ key, label, number: true, cell: (row) => dollars(row[key]), ...more });
export const took = (key, label, more = {}) => ({ key, label, number: true, cell: (row) => milliseconds(row[key]), ...more });
