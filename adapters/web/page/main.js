// Puts the page together. The order matters: who one acts as must be known before the room is asked for.

import * as api from "./api.js";
import { startBanner } from "./banner.js";
import { startComposer } from "./composer.js";
import { byId } from "./dom.js";
import { startOffers } from "./command.js";
import { startGallery } from "./gallery.js";
import { startHints } from "./hints.js";
import { startIdentity } from "./identity.js";
import { startKeys } from "./keys.js";
import { startPointing } from "./pointing.js";
import { startRoom } from "./room.js";
import { refreshRooms, roomOfAddress, startRooms } from "./rooms.js";
import { watchSession } from "./signed-out.js";
import { store } from "./store.js";
import { startTheme } from "./theme.js";

const RETRY = 1_500;

async function start() {
  watchSession();
  startTheme();
  startBanner();
  const [me, commands] = await eventually(() => Promise.all([api.me(), api.commands()]));
  store.set({ commands, version: me.version, room: roomOfAddress() });
  byId("version").textContent = `Parley ${me.version}`;
  startIdentity(me.as);
  startRooms();
  startComposer();
  startRoom();
  startPointing();
  startHints();
  startGallery();
  startOffers();
  startKeys();
  await refreshRooms();
}

/** The page may be there before the server is back. A session that is over is shown by itself. */
async function eventually(deed) {
  for (;;) {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof api.ApiError) || error.status === 401) throw error;
      store.set({ link: "lost" });
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

start();
