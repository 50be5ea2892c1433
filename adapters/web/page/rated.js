// What one thinks of answers: two buttons under each, of which one may be pressed.

import * as api from "./api.js";
import { button } from "./dom.js";
import { actor } from "./identity.js";
import { attempt } from "./notify.js";

const SIGNS = [
  [1, "Good answer", "good"],
  [-1, "Bad answer", "bad"],
];

/** By person and room: message id -> { value, run }; `run` wrote the words that were rated. */
const known = new Map();

const mine = (room) => {
  const key = `${actor()}\n${room}`;
  if (!known.has(key)) known.set(key, new Map());
  return known.get(key);
};

/** Learn what one has said of a room's answers. */
export async function learnRatings(room) {
  const ratings = mine(room);
  const found = await api.ratings(room, actor()).catch(() => null);
  if (!found) return;
  for (const id of ratings.keys()) if (!(id in found)) ratings.delete(id);
  for (const [id, value] of Object.entries(found)) ratings.set(Number(id), { value });
  redraw();
}

/** The buttons under an answer. Pressing the one that is pressed takes it back. */
export function ratingButtons(room, id, run) {
  return SIGNS.map(([of, label, symbol]) =>
    button(label, () => rate(room, id, run, valueOf(room, id, run) === of ? 0 : of), {
      symbol,
      quiet: true,
      kind: "rate",
      data: { room, id, run, of },
      "aria-pressed": String(valueOf(room, id, run) === of),
    }),
  );
}

/** Other words are not rated yet. */
function valueOf(room, id, run) {
  const rating = mine(room).get(id);
  if (rating) rating.run ??= run;
  return rating?.run === run ? rating.value : 0;
}

async function rate(room, id, run, value) {
  const ratings = mine(room);
  if (await attempt(() => api.rate(room, id, value, actor()))) ratings.set(id, { value, run });
  redraw();
}

/** In their places, so that the keyboard's focus stays where it is. */
function redraw() {
  for (const node of document.querySelectorAll(".button.rate")) {
    const { room, id, run, of } = node.dataset;
    node.setAttribute("aria-pressed", String(valueOf(room, Number(id), Number(run)) === Number(of)));
  }
}
