// Completion of one option while it is typed, from the server's own knowledge of what fits.

import * as api from "./api.js";
import { el } from "./dom.js";
import { actor } from "./identity.js";
import { Listbox } from "./listbox.js";
import { store } from "./store.js";

const PAUSE = 120;

/** Make `field` suggest values for option `param` of the command at `path`; returns the list's node. */
export function suggest(field, path, param) {
  const list = new Listbox(field, "Suggestions", choose);
  let timer = 0;
  let asked = 0;

  function choose(choice) {
    field.value = choice.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    list.hide();
  }

  async function ask() {
    const mine = ++asked;
    try {
      const { choices } = await api.complete(store.get("room"), path, param, field.value, actor());
      if (mine === asked && document.activeElement === field) list.show(choices, draw, best(choices));
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error; // without suggestions one can still type
    }
  }

  /** What Enter and Tab take: nothing before somebody has typed, what is there already, or the first. */
  function best(choices) {
    const same = choices.findIndex(({ value }) => value === field.value);
    return !field.value.trim() ? -1 : Math.max(same, 0);
  }

  /** What was suggested for other words is gone at once. */
  function changed() {
    list.forget();
    later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  field.setAttribute("role", "combobox");
  field.addEventListener("input", changed);
  field.addEventListener("focus", later);
  field.addEventListener("blur", () => list.hide());
  field.addEventListener("keydown", (event) => {
    if (list.moved(event) || !list.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      list.hide();
    } else if (list.active && (event.key === "Enter" || event.key === "Tab")) {
      if (event.key === "Enter") event.preventDefault();
      choose(list.active);
    }
  });
  return list.node;
}

/** A choice and what is said of it; a name that begins with the value itself goes on with what is known. */
function draw({ name = "", value }) {
  const known = name.startsWith(value);
  const about = known ? name.slice(value.length).replace(/^[\s·:,–-]+/, "") : name && value;
  return [el("b", {}, known ? value : name || value), about ? el("span", {}, about) : null];
}
