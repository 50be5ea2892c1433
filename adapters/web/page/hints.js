// Under the room's name: who Parley is here and which model answers, asked of the commands that anybody may use.

import * as api from "./api.js";
import { byId, el, icon } from "./dom.js";
import { plain } from "./format.js";
import { actor } from "./identity.js";
import { store } from "./store.js";

const LONGEST = 90;

/** What the replies boil down to: the persona without who set it; the model that comes first. */
const persona = (text) =>
  text.includes("\n\n") ? plain(text.slice(0, text.lastIndexOf("\n\n"))) : "Just Parley";
const model = (text) => /`([^`]+)`/.exec(text)?.[1] ?? plain(text);

export function startHints() {
  store.watch(["room", "as", "name"], refresh);
  addEventListener("parley:settings", refresh); // somebody changed what holds in this room
  addEventListener(
    "parley:ran", // in a room where nobody has spoken yet, nobody else is told
    ({ detail }) => /^(persona|model)\b/.test(detail) && !detail.endsWith("show") && refresh(),
  );
  addEventListener("focus", refresh);
}

async function refresh() {
  const room = store.get("room");
  const [who, which] = await Promise.all([
    ask(room, "persona/show", persona),
    ask(room, "model/show", model),
  ]);
  if (room !== store.get("room")) return;
  byId("hints").replaceChildren(...hint("persona", "Persona", who), ...hint("model", "Model", which));
  document.body.classList.toggle("offline", which.startsWith("offline/"));
}

async function ask(room, path, short) {
  try {
    const { text } = await api.command(room, path, { options: {}, as: actor() });
    return text ? short(text) : "";
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    return ""; // a hint may be missing
  }
}

function hint(symbol, label, text) {
  if (!text) return [];
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text;
  const title = `${label}: ${text}`;
  const parts = [icon(symbol), el("span", {}, short)];
  if (symbol !== "persona") return [el("span", { class: `hint ${symbol}`, title }, parts)];
  const onclick = () => dispatchEvent(new Event("parley:gallery"));
  return [el("button", { type: "button", class: `hint ${symbol}`, title, onclick }, parts)];
}
