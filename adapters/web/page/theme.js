// System, light or dark.

import { byId, icon } from "./dom.js";
import { keep, recall } from "./keep.js";
import { store } from "./store.js";

const NEXT = { system: "light", light: "dark", dark: "system" };

export function startTheme() {
  const known = recall("theme", "system");
  store.set({ theme: known in NEXT ? known : "system" });
  byId("theme").addEventListener("click", () => store.set({ theme: NEXT[store.get("theme")] }));
  store.watch(["theme"], show);
  // Another tab of ours changed it.
  addEventListener("storage", (event) => {
    if (event.key === "parley:theme") store.set({ theme: recall("theme", "system") });
  });
}

function show() {
  const theme = store.get("theme");
  keep("theme", theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const label = `Theme: ${theme}`;
  const button = byId("theme");
  button.replaceChildren(icon(theme));
  button.setAttribute("aria-label", `${label}. Change to ${NEXT[theme]}`);
  button.title = label;
}
