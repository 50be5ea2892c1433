// Draws the section that the address names, again whenever the address changes.

import { ApiError } from "../api.js";
import { byId, el } from "../dom.js";
import { attempt } from "../notify.js";
import { startTheme } from "../theme.js";
import { ask } from "./ask.js";
import { SECTIONS } from "./sections.js";

const here = location.pathname.split("/")[2] ?? "";
let latest = 0;

async function draw() {
  const number = (latest += 1);
  const [title, section] = SECTIONS[here] ?? SECTIONS[""];
  const focused = document.activeElement?.id;
  document.title = `${title} · Parley operator`;
  byId("title").textContent = title;
  byId("content").setAttribute("aria-busy", "true");
  const drawn = await shown(section);
  if (number !== latest) return; // somebody was quicker
  byId("content").replaceChildren(...drawn.flat().filter(Boolean));
  byId("content").setAttribute("aria-busy", "false");
  if (focused) byId(focused)?.focus();
}

async function shown(section) {
  try {
    return await section();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [el("p", { class: "health bad", role: "alert" }, error.message)];
  }
}

for (const link of document.querySelectorAll("#sections a")) {
  if (link.pathname.split("/")[2] === (here || undefined)) link.setAttribute("aria-current", "page");
}
byId("sign-out").addEventListener("click", () => attempt(() => ask("sign-out", "POST")).then(() => location.assign("/admin")));
addEventListener("popstate", draw);
startTheme();
draw();
