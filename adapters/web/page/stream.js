// What happens in a room, as it happens. EventSource resumes by itself after a network fault; the rest is here:
// a refused reconnection, a session that is over, and tabs that nobody looks at.

import * as api from "./api.js";

const KINDS = [
  "message.created",
  "message.updated",
  "message.deleted",
  "run.updated",
  "room.updated",
  "rating.updated",
  "text.delta",
];
const LONGEST_WAIT = 8_000;
/** A browser keeps six connections to a host: a hidden tab gives its own back after this long. */
const HIDDEN_FOR = 60_000;

/** Follow `room` from `after` on. `heard(kind, data)`; `linked("open" | "connecting" | "lost")`. Returns how to stop. */
export function follow(room, after, as, heard, linked) {
  let source = null;
  let timer = 0;
  let tries = 0;
  let stopped = false;

  function open() {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(api.eventsAddress(room, after, as));
    source.onopen = () => {
      tries = 0;
      linked("open");
    };
    source.onerror = failed;
    for (const kind of KINDS) source.addEventListener(kind, received);
  }

  function received(event) {
    // text.delta repeats the id of the last durable event, so this never goes backwards.
    if (event.lastEventId) after = event.lastEventId;
    heard(event.type, JSON.parse(event.data));
  }

  async function failed() {
    if (stopped || (document.hidden && !source)) return;
    linked("lost");
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    timer = setTimeout(probe, Math.min(LONGEST_WAIT, 500 * 2 ** tries++));
  }

  /** A refusal ends an EventSource for good and does not say why: ask, then open a new one. */
  async function probe() {
    try {
      await api.me();
    } catch (error) {
      if (error.status === 401) return;
    }
    if (!stopped) open();
  }

  function looked() {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        source?.close();
        source = null;
      }, HIDDEN_FOR);
    } else if (!source || source.readyState === EventSource.CLOSED) {
      open();
    }
  }

  document.addEventListener("visibilitychange", looked);
  addEventListener("online", open);
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
    document.removeEventListener("visibilitychange", looked);
    removeEventListener("online", open);
  };
}
