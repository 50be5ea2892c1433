// A discreet line while the connection is away. Short breaks are not worth a word.

import { byId, el } from "./dom.js";
import { store } from "./store.js";

const PATIENCE = 1_200;

export function startBanner() {
  let timer = 0;
  store.watch(["link"], () => {
    clearTimeout(timer);
    const banner = byId("banner");
    if (store.get("link") !== "lost") {
      banner.hidden = true;
      return;
    }
    timer = setTimeout(() => {
      banner.replaceChildren(
        el("span", { class: "spinner", "aria-hidden": "true" }),
        "Reconnecting… What you write is kept.",
      );
      banner.hidden = false;
    }, PATIENCE);
  });
}
