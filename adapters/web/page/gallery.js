// Ready-made personas as cards: what each is about, what it brings along, and a button that moderators can use.

import * as api from "./api.js";
import { run } from "./command.js";
import { openDialog } from "./dialog.js";
import { button, el, icon } from "./dom.js";
import { actor } from "./identity.js";
import { attempt } from "./notify.js";
import { store } from "./store.js";

const ITEM = { path: "persona/preset", title: "/persona preset" };

/** Open when somebody asks for it. */
export function startGallery() {
  let opening = false;
  addEventListener("parley:gallery", async () => {
    if (opening) return; // twice would be two dialogs
    opening = true;
    await attempt(async () => open(await api.personas(actor())));
    opening = false;
  });
}

function open(personas) {
  const leave = () => dialog.close();
  const member = store.get("as") !== "moderator";
  const note = member
    ? "Moderators can let this room be one of them."
    : "One of them can be who I am in this room, from the next answer on.";
  const dialog = openDialog(
    "Ready-made personas",
    [
      el(
        "header",
        {},
        el("h2", {}, "Ready-made personas"),
        button("Close", leave, { symbol: "close", quiet: true }),
      ),
      el("p", {}, note),
      el(
        "ul",
        { class: "gallery" },
        personas.map((persona) => card(persona, member, leave)),
      ),
    ],
    "sheet wide",
  );
}

function card({ name, about, brings }, member, leave) {
  const id = `persona-${name}`;
  const use = button("Use in this room", () => take(name, leave), { kind: "small", "aria-describedby": id });
  return el(
    "li",
    {},
    el("h3", { id }, icon("persona"), name),
    el("p", {}, about),
    brings.length ? el("p", { class: "brings" }, `Brings ${brings.join(", ")}`) : null,
    member ? null : use,
  );
}

async function take(name, leave) {
  const error = await run(ITEM, { name });
  leave();
  if (error) attempt(() => Promise.reject(error));
}
