// A list of suggestions under the keyboard's control while the focus stays in the field.

import { el } from "./dom.js";

let boxes = 0;

export class Listbox {
  #field;
  #items = [];
  #at = 0;
  #stale = false;
  #chosen;

  /** `chosen(item)` when one is picked by mouse or finger. */
  constructor(field, label, chosen) {
    this.#field = field;
    this.#chosen = chosen;
    this.node = el("div", {
      class: "listbox",
      role: "listbox",
      id: `listbox-${++boxes}`,
      "aria-label": label,
      hidden: true,
    });
    field.setAttribute("aria-controls", this.node.id);
    field.setAttribute("aria-autocomplete", "list");
    this.node.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where it is
    this.node.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) chosen(this.#items[[...this.node.children].indexOf(option)]);
    });
  }

  get open() {
    return !this.node.hidden;
  }

  get active() {
    return this.open && !this.#stale ? this.#items[this.#at] : undefined;
  }

  /** Show these; `draw(item)` gives an option's content. The one at `at` is active, at -1 none. */
  show(items, draw, at = 0) {
    if (!items.length) return this.hide();
    this.#items = items;
    this.#at = at;
    this.#stale = false;
    this.node.replaceChildren(
      ...items.map((item, at) =>
        el("div", { class: "option", role: "option", id: `${this.node.id}-${at}` }, draw(item)),
      ),
    );
    this.node.hidden = false;
    this.#mark();
  }

  /** Other words stand in the field than these were for: no key takes one until they are shown again. */
  forget() {
    this.#stale = true;
  }

  hide() {
    this.node.hidden = true;
    this.#items = [];
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** Arrow keys; returns whether the key was one. */
  moved(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.open || !step) return false;
    event.preventDefault();
    this.#stale = false;
    const from = this.#at < 0 && step < 0 ? 0 : this.#at;
    this.#at = (from + step + this.#items.length) % this.#items.length;
    this.#mark();
    return true;
  }

  #mark() {
    [...this.node.children].forEach((option, at) =>
      option.setAttribute("aria-selected", String(at === this.#at)),
    );
    const option = this.node.children[this.#at];
    if (!option) return this.#field.removeAttribute("aria-activedescendant");
    this.#field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
}
