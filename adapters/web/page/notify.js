// A passing word at the foot of the page, for what did not work.

import { ApiError } from "./api.js";
import { el, icon } from "./dom.js";

const SHOWN_FOR = 6_000;

export function notify(text) {
  document.querySelector(".toast")?.remove();
  const toast = el("div", { class: "toast", role: "alert" }, icon("alert"), el("span", {}, text));
  // A popover stands above open dialogs too.
  toast.popover = "manual";
  document.body.append(toast);
  toast.showPopover();
  setTimeout(() => toast.remove(), SHOWN_FOR);
}

/** Do it; what the server refuses is shown in its own words. Returns whether it was done. */
export async function attempt(deed) {
  try {
    await deed();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) notify(error.message);
    return false;
  }
}
