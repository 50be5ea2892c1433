// The room one is in: loads what was said, then follows what happens, without a gap between the two.

import * as api from "./api.js";
import { actor } from "./identity.js";
import { log } from "./log.js";
import { outbox } from "./outbox.js";
import { learnRatings } from "./rated.js";
import { refreshRooms, seen } from "./rooms.js";
import { store } from "./store.js";
import { follow } from "./stream.js";
import { NEWEST, Timeline } from "./timeline.js";

const RETRY = 2_000;
const PAGE = 100;

let timeline = new Timeline(() => {});
let leave = () => {};

/** The room's timeline as it is now. */
export const here = () => timeline;

export function startRoom() {
  store.watch(["room", "as", "name"], () => enter(store.get("room")));
  outbox.listen(() => timeline.setSending(outbox.of(store.get("room"))));
}

async function enter(room) {
  leave();
  let left = false;
  let stop = () => {};
  const kept = timeline.room === room ? timeline.cards : [];
  const mine = new Timeline(() => left || changed(mine));
  Object.assign(mine, { room, cards: kept, sending: outbox.of(room) });
  mine.earlier = once(() => load(mine, mine.oldest, () => left));
  leave = () => {
    left = true;
    stop();
  };
  timeline = mine;
  log.open(mine);
  mine.opened = load(mine, NEWEST, () => left);
  learnRatings(room);
  const cursor = await mine.opened;
  if (left) return;
  log.toEnd();
  stop = follow(room, cursor, actor(), (kind, data) => heard(mine, kind, data), linked);
}

/** A call while one is under way is that one. */
function once(deed) {
  let under = null;
  return () => (under ??= deed().finally(() => (under = null)));
}

function heard(mine, kind, data) {
  if (kind === "rating.updated") {
    learnRatings(mine.room);
    return;
  }
  mine.apply(kind, data);
  if (kind !== "room.updated") return;
  dispatchEvent(new Event("parley:settings"));
  if (data.title !== titleHere(mine.room)) refreshRooms();
}

const titleHere = (name) => store.get("rooms").find((room) => room.name === name)?.title ?? "";

function linked(link) {
  if (link === "open" && store.get("link") === "lost") outbox.retryAll(store.get("room"));
  store.set({ link });
}

/** A page of the room; returns the cursor, so that nothing falls between. Tries until it works. */
async function load(into, before, left) {
  while (!left()) {
    try {
      const page = await api.messages(into.room, before, PAGE, actor());
      if (!left()) into.load(page);
      return page.last_event_id;
    } catch (error) {
      if (!(error instanceof api.ApiError) || error.status === 401) throw error;
      store.set({ link: "lost" });
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
  return "";
}

function changed(mine) {
  log.draw();
  store.set({ writing: mine.writing() });
  for (const letter of mine.sending)
    if (letter.state !== "sending" && mine.arrived(letter)) outbox.discard(letter);
  const newest = mine.ordered().at(-1);
  if (newest === mine.newest) return;
  mine.newest = newest;
  seen(mine.room, newest?.created_at);
  if (newest && !store.get("rooms").some((room) => room.name === mine.room)) refreshRooms();
}
