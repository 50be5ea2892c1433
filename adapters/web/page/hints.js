// Under the room's name: who Parley is here and which model answers, asked of the commands that anybody may use.

import * as api from "./api.js";
import { byId, el, icon } from "./dom.js";
import { plain } from "./format.js";
import { actor } from "./identity.js";
import { store } from "./store.js";

const SHOWN = { persona: "persona/show", model: "model/show" };
const LONGEST = 90;

export function startHints() {
  store.watch(["room", "as", "name"], refresh);
  addEventListener("parley:ran", ({ detail }) => /^(persona|model)\b/.test(detail) && !detail.endsWith("show") && refresh());
  addEventListener("focus", refresh);
}

async function refresh() {
  const room = store.get("room");
  const [persona, model] = await Promise.all([ask(room, SHOWN.persona), ask(room, SHOWN.model)]);
  if (room !== store.get("room")) return;
  byId("hints").replaceChildren(...hint("persona", "Persona", persona), ...hint("model", "Model", model));
  const offline = /\boffline\b/.test(model);
  document.body.classList.toggle("offline", offline);
}

async function ask(room, path) {
  try {
    const { text } = await api.command(room, path, { options: {}, as: actor() });
    return plain(text ?? "");
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    return ""; // a hint may be missing
  }
}

function hint(symbol, label, text) {
  if (!text) return [];
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text;
  return [el("span", { class: `hint ${symbol}`, title: `${label}: ${text}` }, icon(symbol), el("span", {}, short))];
}
