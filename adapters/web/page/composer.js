// Where one writes. What is typed is kept per room until it is sent.

import { LIMITS, Tray, takeDrops } from "./attach.js";
import { openForm, refused, run, runLine } from "./command.js";
import { byId, touch } from "./dom.js";
import { actor, shownName } from "./identity.js";
import { keep, recall } from "./keep.js";
import { log } from "./log.js";
import { notify } from "./notify.js";
import { outbox } from "./outbox.js";
import { Palette } from "./palette.js";
import { here } from "./room.js";
import { store } from "./store.js";
import { flat, named, optionsOf } from "./table.js";

const REMEMBERED = 50;
const TALLEST = 0.4; // of the window

const field = byId("text");
let tray;
let palette;
let room = "";

export function startComposer() {
  tray = new Tray(byId("attached"), sized);
  palette = new Palette(field, byId("above"), picked);
  takeDrops(byId("dropzone"), tray);
  field.addEventListener("input", typed);
  field.addEventListener("keydown", pressed);
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("attach").title = `Attach files (${LIMITS})`;
  byId("attach").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", ({ target }) => {
    tray.add(target.files);
    target.value = "";
    field.focus();
  });
  byId("slash").addEventListener("click", openPalette);
  addEventListener("parley:example", ({ detail }) => tryOut(detail));
  store.watch(["room"], changeRoom);
  store.watch(["writing"], sized);
}

export function openPalette() {
  if (!field.value) write("/");
  field.focus();
  palette.look();
}

function changeRoom() {
  room = store.get("room");
  write(recall(`draft:${room}`, ""));
  palette.hide();
  if (!touch()) field.focus();
}

function typed() {
  keep(`draft:${room}`, field.value || null);
  sized();
  palette.look();
}

/** As tall as its text, up to a part of the window; the right buttons beside it. */
function sized() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, innerHeight * TALLEST)}px`;
  const writing = store.get("writing") !== null;
  const empty = !field.value.trim() && !tray?.files.length;
  byId("stop").hidden = !writing;
  byId("send").hidden = writing && empty;
  byId("send").disabled = empty;
}

function write(text) {
  field.value = text;
  keep(`draft:${room}`, text || null);
  sized();
}

function pressed(event) {
  if (palette.handles(event) || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !touch()) {
    event.preventDefault();
    submit();
  } else if (event.altKey || event.ctrlKey || event.metaKey) {
    return; // another shortcut's
  } else if (event.key === "ArrowUp" && field.selectionEnd === 0) {
    remember(event, 1);
  } else if (event.key === "ArrowDown" && field.selectionStart === field.value.length) {
    remember(event, -1);
  }
}

/** Up brings back what one said before, as long as nothing new stands there. */
function remember(event, step) {
  const said = recall("said", []);
  const at = said.indexOf(field.value);
  if (field.value && at < 0) return;
  const next = at + step;
  if (next < -1 || next >= said.length) return;
  event.preventDefault();
  write(said[next] ?? "");
  if (step > 0) field.setSelectionRange(0, 0);
}

function submit() {
  const text = field.value;
  const files = tray.files;
  if (!text.trim() && !files.length) return;
  palette.hide();
  if (text.startsWith("/")) command(text, files);
  else say(text, files);
}

function say(text, files) {
  const after = Math.max(0, ...here().entries.keys());
  outbox.send(room, { text: text.trim(), as: actor(), author: shownName(), files, after });
  said(text);
  log.toEnd();
}

/** It is on its way: the field is free again, and Up finds it. */
function said(text) {
  const before = recall("said", []).filter((each) => each !== text);
  if (text.trim()) keep("said", [text, ...before].slice(0, REMEMBERED));
  write("");
  tray.clear();
}

function command(line, files) {
  const found = named(palette.items, line.trim());
  if (!found) {
    notify(`There is no command ${line.split(/\s/)[0]}. Put a space in front to say it as it is.`);
    return;
  }
  runLine(found.item, found.rest, files, () => field.value === line && said(line));
}

/** A command was picked from the list: run it, or ask for its options. */
function picked(item) {
  const line = field.value;
  const rest = named([item], line.trim())?.rest ?? "";
  const done = () => field.value.startsWith(item.title) && said(line);
  if (!item.params.length) runLine(item, rest, [], done);
  else openForm(item, { options: optionsOf(item, rest).options, files: tray.files, done });
}

/** One of the empty room's examples. */
async function tryOut({ text, path, options = [], then }) {
  if (text) return say(text, []);
  const item = flat(store.get("commands")).find((each) => each.path === path);
  if (!item) return write(`/${path.replace("/", " ")} ${options.join(" ")}`);
  const error = await run(
    item,
    Object.fromEntries(options.map((value, at) => [item.params[at].name, value])),
  );
  if (error) refused(item, error);
  else if (then) say(then, []);
}
