// Links to messages: #room/12 opens the room, scrolls to the message and marks it.

import { log } from "./log.js";
import { notify } from "./notify.js";
import { here } from "./room.js";
import { placeOfAddress } from "./rooms.js";

export function startPointing() {
  addEventListener("hashchange", follow);
  follow();
}

/** Earlier messages are fetched as far as it takes. Then the address names the room alone, as any other way to
    it does: the same link can be followed again. */
async function follow() {
  const { room, message } = placeOfAddress();
  if (!message) return;
  history.replaceState(null, "", `#${room}`);
  const timeline = here();
  await timeline.opened;
  while (timeline === here() && timeline.more && timeline.oldest > message) await timeline.earlier();
  if (timeline !== here()) return;
  if (timeline.entries.has(message)) log.point(message);
  else notify("That message is gone.");
}
