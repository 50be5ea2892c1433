// How times, sizes and people look in words.

const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const withSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

export const clock = (at) => time.format(at);
export const exactClock = (at) => withSeconds.format(at);
export const fully = (at) => exact.format(at);

export function dayName(at, now = new Date()) {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (at.getFullYear() === now.getFullYear() ? day : dayAndYear).format(at);
}

export const sameDay = (a, b) => midnight(a) === midnight(b);

const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

export const bytes = (count) =>
  count < 1024 * 1024
    ? `${Math.max(1, Math.round(count / 1024))} KB`
    : `${(count / 1024 / 1024).toFixed(1)} MB`;

/** US dollars: at least cents, and three digits of what is smaller. No sum but 0 shows as 0. */
export function money(amount) {
  const places = amount > 0 ? Math.max(2, 2 - Math.floor(Math.log10(amount))) : 2;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: Math.min(places, 20) };
  return `US$ ${amount.toLocaleString("en", digits)}`;
}

export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** One of eight colours for a person; the same id has the same colour on every screen. */
export function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum % 8;
}

/** The first letter (or emoji) of a name as people see it, not half of a surrogate pair. */
export function initial(name) {
  const [first] = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim() || "?");
  return first.segment.toLocaleUpperCase();
}

/** Markdown in one plain line, for a hint in the header. */
export const plain = (text) =>
  text
    .replace(/```[\s\S]*?```/g, " ")
    .replace(/^[>#\-*\s]+/gm, "")
    .replace(/[*_`]/g, "")
    .replace(/\s+/g, " ")
    .trim();
