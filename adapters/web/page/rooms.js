// The rooms at the side: switch, create, see where something new was said.

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { keep, recall } from "./keep.js";
import { store } from "./store.js";

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const EVERY = 15_000;

const PLACE = /^([a-z0-9][a-z0-9-]{0,63}(?:\.[a-z0-9][a-z0-9-]{0,63})?)(?:\/(\d{1,15}))?$/;

/** Where the address leads: a room, and a message in it where it names one. */
export const placeOfAddress = () => {
  const [, room = "general", message] = PLACE.exec(location.hash.slice(1)) ?? [];
  return { room, message: Number(message ?? 0) };
};

export const roomOfAddress = () => placeOfAddress().room;

export function startRooms() {
  byId("new-room").addEventListener("submit", create);
  byId("new-room-name").addEventListener("input", () => (byId("new-room-problem").textContent = ""));
  byId("rooms").addEventListener("keydown", walk);
  byId("open-sidebar").addEventListener("click", () => drawer(true));
  byId("close-sidebar").addEventListener("click", () => drawer(false));
  byId("veil").addEventListener("click", () => drawer(false));
  addEventListener("hashchange", () => store.set({ room: roomOfAddress() }));
  store.watch(["room", "rooms"], draw);
  store.watch(["room"], () => drawer(false));
  setInterval(() => document.hidden || refreshRooms(), EVERY);
}

/** Ask for the rooms. Not being reached is the event stream's to tell. */
export async function refreshRooms() {
  try {
    store.set({ rooms: await api.rooms() });
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
  }
}

/** Somebody looked at a room: nothing in it is new. */
export function seen(room, at) {
  if (at) keep("seen", { ...recall("seen", {}), [room]: at });
}

/** Alt+Up and Alt+Down go through the rooms. */
export function neighbour(step) {
  const names = shown().map((room) => room.name);
  const at = names.indexOf(store.get("room"));
  location.hash = names[(at + step + names.length) % names.length];
}

/** What a room is called: as it is addressed, until it has a title. */
const titleOf = (room) => room.title || room.name;

/** The rooms there are, and the one one is in even when nobody has spoken there yet. */
function shown() {
  const rooms = store.get("rooms");
  const here = store.get("room");
  return rooms.some((room) => room.name === here) ? rooms : [...rooms, { name: here }];
}

function draw() {
  const here = store.get("room");
  const read = recall("seen", {});
  const title = titleOf(shown().find((room) => room.name === here));
  byId("room-name").textContent = title;
  byId("room-name").title = here;
  byId("text").placeholder = `Message #${title}`;
  document.title = `${title} · Parley`;
  byId("rooms").replaceChildren(...shown().map((room) => item(room, here, read[room.name])));
}

function item(room, here, read) {
  const current = room.name === here;
  const fresh = !current && room.last_at && read && room.last_at > read;
  return el(
    "li",
    {},
    el(
      "a",
      {
        href: `#${room.name}`,
        class: fresh ? "room fresh" : "room",
        "aria-current": current ? "page" : null,
      },
      el("span", { class: "hash", "aria-hidden": "true" }, "#"),
      el("span", { class: "name", title: room.name }, titleOf(room)),
      fresh && el("span", { class: "dot" }, el("span", { class: "unseen" }, "something new")),
    ),
  );
}

function create(event) {
  event.preventDefault();
  const field = byId("new-room-name");
  const given = field.value.trim().toLowerCase().replace(/^#/, "").replace(/\s+/g, "-");
  const name = given || unnamed();
  if (!NAME.test(name)) {
    byId("new-room-problem").textContent = "A room's name has 1 to 64 of the characters a-z, 0-9 and -.";
    return;
  }
  field.value = "";
  location.hash = name;
  byId("text").focus();
}

/** A room of which nobody has said what it is for has a number; after its first answer it gets a title. */
function unnamed() {
  const taken = new Set(shown().map((room) => room.name));
  let number = 2;
  while (taken.has(`room-${number}`)) number += 1;
  return `room-${number}`;
}

function walk(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const links = [...byId("rooms").querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  links.at((at + (event.key === "ArrowDown" ? 1 : -1)) % links.length)?.focus();
}

/** On a phone the list of rooms is a drawer. */
function drawer(open) {
  document.body.classList.toggle("drawer", open);
  byId("open-sidebar").setAttribute("aria-expanded", String(open));
  if (open) byId("rooms").querySelector('[aria-current="page"]')?.focus();
}
