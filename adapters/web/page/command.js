// Running a command: from a typed line or from its form, with its result as a card in the stream.

import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { byId } from "./dom.js";
import { drawForm } from "./form.js";
import { actor } from "./identity.js";
import { here } from "./room.js";
import { log } from "./log.js";
import { attempt } from "./notify.js";
import { store } from "./store.js";
import { missing, optionsOf } from "./table.js";

/** Told after a command: what holds in the room may have changed. */
const ran = (path) => dispatchEvent(new CustomEvent("parley:ran", { detail: path }));

/** What the page shows in a way of its own; nothing: all else. */
const ownWay = (item, options) => item.path === "persona/gallery" && !options.name;

/** Run `item` with what was typed after it. Returns whether it was done (or its form opened). */
export async function runLine(item, rest, files, done) {
  closeForm();
  const { options, left } = optionsOf(item, rest);
  if (left) {
    card(item, { text: `${item.title} takes no text.`, failed: true, private: true });
    return;
  }
  if (ownWay(item, options) || missing(item, options, files).length) {
    openForm(item, { options, files, done });
    return;
  }
  const error = await run(item, options, files);
  if (!error) done();
  else if (error.field) openForm(item, { options, files, done, error });
  else refused(item, error);
}

/** Ask for the options: beside the composer, or in a dialog when one of them is long. `error`: what was wrong with
 * those that were given. */
export function openForm(item, { options = {}, files = [], done = () => {}, error = null }) {
  closeForm();
  if (ownWay(item, options)) {
    dispatchEvent(new Event("parley:gallery"));
    done();
    return;
  }
  const long = item.params.some((param) => param.long);
  const leave = () => (long ? dialog.close() : closeForm());
  const { form, blame } = drawForm(item, {
    options,
    files,
    cancel: leave,
    run: async (given, pictures) => {
      const refusal = await run(item, given, pictures);
      if (refusal) return refusal;
      leave();
      done();
      return null;
    },
  });
  const dialog = long ? openDialog(item.title, form, "sheet wide") : null;
  if (!long) showAbove(form);
  form.querySelector("input:not([type=file]), textarea, select, .field button")?.focus();
  if (error) blame(error);
}

function showAbove(form) {
  byId("above").append(form);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    closeForm();
  });
}

function closeForm() {
  const form = byId("above").querySelector(".command-form");
  if (!form) return;
  form.remove();
  byId("text").focus();
}

/** Buttons under a result give other commands, whose results stand in its place or below. */
export function startOffers() {
  addEventListener("parley:offer", ({ detail: { card, offer } }) =>
    attempt(async () => {
      const item = { path: offer.path, title: `/${offer.path.replace("/", " ")}` };
      const error = await run(item, offer.options, [], offer.instead ? card : null);
      if (error) refused(item, error);
    }),
  );
}

/** Returns the error, or null when it was done; the result is a card, perhaps `instead` of another. */
export async function run(item, options, files = [], instead = null) {
  try {
    const key = api.newKey();
    const reply = await api.command(store.get("room"), item.path, { options, as: actor(), files, key });
    if (reply.text || reply.pictures?.length || !reply.run_id) card(item, reply, instead);
    ran(item.path);
    return null;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    return error;
  }
}

/** A refusal stands where the result would. */
export function refused(item, error) {
  if (error.status !== 401) card(item, { text: error.message, failed: true, private: true });
}

function card(item, reply, instead = null) {
  const made = { ...reply, title: item.title };
  if (instead) {
    here().changeCard(instead, made);
    return;
  }
  here().addCard(made);
  log.toEnd();
}
