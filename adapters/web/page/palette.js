// "/" opens the list of commands; arrows choose, Tab completes, Enter runs or asks for what is missing.

import { el, icon } from "./dom.js";
import { Listbox } from "./listbox.js";
import { store } from "./store.js";
import { flat, meant, named } from "./table.js";

export class Palette {
  #field;
  #list;
  #pick;

  /** `pick(item)` when a command is chosen from the list; the field's text is `item.title` then. */
  constructor(field, place, pick) {
    this.#field = field;
    this.#pick = pick;
    this.#list = new Listbox(field, "Commands", (item) => this.#take(item));
    this.#list.node.classList.add("palette");
    place.append(this.#list.node);
    field.addEventListener("blur", () => this.#list.hide());
  }

  get items() {
    return flat(store.get("commands"));
  }

  /** The text changed: show what it may mean. */
  look() {
    const line = this.#field.value;
    if (!line.startsWith("/") || line.includes("\n")) return this.#list.hide();
    const whole = named(this.items, line);
    const known = whole?.item.title.length < line.length;
    this.#list.show(known ? [whole.item] : meant(this.items, line.trimEnd()), (item) =>
      this.#option(item, known),
    );
  }

  hide() {
    this.#list.hide();
  }

  /** Keys that belong to the open list; returns whether this one did. */
  handles(event) {
    if (!this.#list.open || event.isComposing) return false;
    if (this.#list.moved(event)) return true;
    const item = this.#list.active;
    if (event.key === "Escape") this.#list.hide();
    else if (event.key === "Tab" && !event.shiftKey) this.#complete(item);
    else if (event.key === "Enter" && !event.shiftKey && !named(this.items, this.#field.value))
      this.#take(item);
    else return false;
    event.preventDefault();
    return true;
  }

  /** Tab fills the name in; a second one, when it stands there, opens the form. */
  #complete(item) {
    const line = this.#field.value;
    if (line.trim() === item.title || line.startsWith(`${item.title} `)) return this.#pick(item);
    this.#write(`${item.title} `);
    this.look();
  }

  #take(item) {
    if (!this.#field.value.startsWith(`${item.title} `)) this.#write(item.title);
    this.#list.hide();
    this.#pick(item);
  }

  #write(text) {
    this.#field.value = text;
    this.#field.setSelectionRange(text.length, text.length);
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #option(item, known) {
    const locked = item.standing !== "member" && store.get("as") !== "moderator";
    return [
      el("code", {}, item.title),
      el(
        "span",
        { class: "params" },
        item.params.map((param) => el("i", { class: param.required ? "needed" : "" }, param.name)),
      ),
      el("span", { class: "about" }, known ? this.#hint(item) : item.description),
      locked && el("span", { class: "lock", title: "For moderators" }, icon("moderator")),
    ];
  }

  #hint({ params }) {
    if (!params.length) return "Enter runs it";
    return "Enter runs it, Tab shows all options";
  }
}
