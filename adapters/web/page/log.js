// The messages on the screen: in order, with days and divisions between them, and the place one reads kept.

import { drawCard } from "./card.js";
import { byId, el } from "./dom.js";
import { drawEmpty } from "./empty.js";
import { dayName, sameDay } from "./format.js";
import { drawLetter } from "./letter.js";
import { MessageView } from "./message.js";
import { active } from "./timeline.js";

const EARLY = "600px"; // above what one sees: earlier messages are fetched before one gets there
const NEAR = 120; // pixels from the end that still count as being there
const MARKED_FOR = 4_000;
const TOGETHER = 5 * 60_000;

class Log {
  #timeline = null;
  #views = new Map(); // key -> MessageView or node
  #frame = 0;
  #following = true;
  #top = 0;
  #known = 0;
  #oldest = 0;
  #above = new IntersectionObserver(
    (seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#timeline.earlier(),
    { root: byId("scroller"), rootMargin: `${EARLY} 0px 0px` },
  );

  constructor() {
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.stay()).observe(this.#scroller);
    new ResizeObserver(() => this.stay()).observe(this.#list);
    byId("newest").addEventListener("click", () => this.toEnd(true));
    addEventListener("parley:asked", () => this.toEnd()); // by a button, wherever it stands
  }

  get #scroller() {
    return byId("scroller");
  }

  get #list() {
    return byId("log");
  }

  /** Another room. */
  open(timeline) {
    for (const view of this.#views.values()) view.stop?.();
    this.#views.clear();
    this.#timeline = timeline;
    this.#known = 0;
    this.#oldest = 0;
    this.#above.disconnect();
    this.#list.replaceChildren(el("p", { class: "loading" }, "Loading…"));
  }

  /** Draw what changed, at most once a frame. */
  draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#timeline.loaded) this.#draw();
    });
  }

  toEnd(smooth = false) {
    this.#following = true;
    this.draw();
    requestAnimationFrame(() =>
      this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" }),
    );
  }

  /** Bring a message into the middle and mark it for a while. */
  point(id) {
    this.#following = false;
    this.draw();
    requestAnimationFrame(() => {
      const node = this.#views.get(`m${id}`)?.node;
      if (!node) return;
      node.scrollIntoView({ block: "center", behavior: "instant" });
      node.tabIndex = -1;
      node.focus({ preventScroll: true });
      node.dataset.pointed = "";
      setTimeout(() => delete node.dataset.pointed, MARKED_FOR);
    });
  }

  /** Whoever reads the end stays there while it grows. */
  stay() {
    if (this.#following) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const went = scrollTop < this.#top; // a list that grows moves the end away, not the reader
    this.#top = scrollTop;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#following = true;
    else if (went) this.#following = false;
    byId("newest").hidden = this.#following;
  }

  #draw() {
    const items = this.#items();
    const hold = this.#hold();
    const keep = new Set(items.map(({ key }) => key));
    for (const [key, view] of this.#views) {
      if (keep.has(key)) continue;
      view.stop?.();
      this.#views.delete(key);
    }
    arrange(
      this.#list,
      items.map((item) => this.#node(item)),
    );
    this.#list.classList.toggle("empty", !items.length);
    if (!items.length) this.#list.replaceChildren(drawEmpty());
    hold();
    this.stay();
  }

  /** When earlier messages come in above: how to put what one reads back to where it stood. */
  #hold() {
    const { oldest } = this.#timeline;
    const grows = this.#oldest && oldest < this.#oldest;
    this.#oldest = oldest;
    if (!grows || this.#following) return () => {};
    const ceiling = this.#scroller.getBoundingClientRect().top;
    const node = [...this.#list.querySelectorAll(".entry")].find(
      (each) => each.getBoundingClientRect().bottom > ceiling,
    );
    if (!node) return () => {};
    const before = node.getBoundingClientRect().bottom;
    return () => {
      this.#scroller.scrollTop += node.getBoundingClientRect().bottom - before;
    };
  }

  #node({ key, entry, make, ...context }) {
    let view = this.#views.get(key);
    if (!view) {
      view = entry ? new MessageView(this.#timeline, () => this.stay()) : { node: make() };
      this.#views.set(key, view);
    }
    if (entry) view.show(entry, context);
    return view.node;
  }

  /** What stands in the list, in order: entries and all that is between them. */
  #items() {
    const entries = this.#timeline.ordered();
    const known = {
      answered: this.#timeline.answered(),
      newest: entries.findLast(({ role }) => role === "assistant"),
    };
    const cards = [...this.#timeline.cards];
    const items = this.#timeline.more ? [this.#earlier()] : [];
    let before = null;
    for (const entry of entries) {
      items.push(...this.#between(before, entry, cards));
      const together = items.at(-1)?.entry === before;
      items.push({ key: `m${entry.id}`, entry, ...this.#context(entry, before, together, known) });
      before = entry;
    }
    if (before && before.id <= this.#timeline.startsAfter) items.push(division());
    items.push(...cards.map((card) => this.#card(card)));
    const letters = this.#timeline.sending.filter((letter) => !this.#timeline.arrived(letter));
    return [...items, ...letters.map((letter) => letterItem(letter))];
  }

  /** What belongs between two entries. */
  #between(before, entry, cards) {
    const items = [];
    const at = new Date(entry.created_at);
    if (!before) items.push(dayItem(at));
    while (cards.length && cards[0].after < entry.id) items.push(this.#card(cards.shift()));
    if (before && !sameDay(new Date(before.created_at), at)) items.push(dayItem(at));
    const left = this.#timeline.startsAfter;
    if (left && entry.id > left && before && before.id <= left) items.push(division());
    return items;
  }

  #context(entry, before, together, { answered, newest }) {
    const close = before && new Date(entry.created_at) - new Date(before.created_at) < TOGETHER;
    const question = entry.question_id ? this.#timeline.entries.get(entry.question_id) : null;
    return {
      room: this.#timeline.room,
      grouped: Boolean(
        together && close && before.author_id === entry.author_id && before.role === entry.role,
      ),
      past: entry.id <= this.#timeline.startsAfter,
      question: question && before !== question ? question : null,
      prompt: question && entry.run?.kind === "imagine" ? question.text : "",
      answered: answered.has(entry.id),
      live: this.#timeline.live.get(entry.id),
      place: entry.run?.status === "queued" ? this.#timeline.place(entry.run) : 0,
      fresh: entry.id > this.#newest(),
      last: entry === newest && !active(entry.run),
    };
  }

  /** The newest entry when the room was opened: what came later slides in. */
  #newest() {
    this.#known ||= Math.max(1, ...this.#timeline.entries.keys());
    return this.#known;
  }

  #card(card) {
    card.key ??= `c${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    return { key: card.key, make: () => drawCard(card, this.#timeline) };
  }

  /** Stands above the earliest message; when it comes near, earlier ones are fetched. New for every page. */
  #earlier() {
    const make = () => {
      const node = el(
        "p",
        { class: "earlier" },
        el("span", { class: "spinner", "aria-hidden": "true" }),
        el("span", { class: "unseen" }, "Loading earlier messages…"),
      );
      this.#above.observe(node);
      return node;
    };
    return { key: `earlier${this.#timeline.oldest}`, make };
  }
}

const dayItem = (at) => ({
  key: `d${at.toDateString()}`,
  make: () => el("div", { class: "between day", role: "separator" }, el("span", {}, dayName(at))),
});

const division = () => ({
  key: "division",
  make: () => el("div", { class: "between division", role: "separator" }, el("span", {}, "New conversation")),
});

/** A letter is drawn anew whenever its state changes. */
const letterItem = (letter) => ({ key: `l${letter.key}${letter.state}`, make: () => drawLetter(letter) });

/** Bring the children of `list` into this order, moving only what has to move. */
function arrange(list, nodes) {
  let at = list.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else list.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

export const log = new Log();
