// One message: who, when, the words, the pictures, how its answer stands and what can be done about it.

import { drawActions } from "./actions.js";
import { announce, el, icon } from "./dom.js";
import { bytes, clock, fully, hue, initial, plain } from "./format.js";
import { thumbnail } from "./lightbox.js";
import { render } from "./markdown.js";
import { drawState } from "./state.js";
import { active, words } from "./timeline.js";
import { Writing } from "./writing.js";

const ANNOUNCED = 400; // characters
const COMMANDS = new Set(["imagine", "describe", "complete", "summarize", "extract", "title"]); // the kinds of run that only a command begins

const commandOf = ({ role, run }) => (role === "user" && COMMANDS.has(run?.kind) ? run.kind : "");

/** What an answer brings as a file: it is saved, and never opened here. */
function download({ name, url, size }) {
  return el("a", { href: url, download: name, class: "download" }, `${name} (${bytes(size)})`);
}

export class MessageView {
  #timeline;
  #grown;
  #body = el("div", { class: "body prose" });
  #head = el("header", {});
  #quote = el("div", { class: "slot" });
  #command = el("code", { class: "command", hidden: true });
  #pictures = el("div", { class: "pictures", hidden: true });
  #files = el("ul", { class: "files", "aria-label": "Files", hidden: true });
  #state = el("div", { class: "state" });
  #tools = el("div", { class: "tools" });
  #writing = null;
  #shown = {};

  /** `grown` is called when the message became taller while it is written. */
  constructor(timeline, grown) {
    this.#timeline = timeline;
    this.#grown = grown;
    this.#avatar = el("div", { class: "avatar", "aria-hidden": "true" });
    const meat = el(
      "div",
      { class: "meat" },
      this.#head,
      this.#quote,
      this.#command,
      this.#body,
      this.#pictures,
      this.#files,
      this.#state,
    );
    this.node = el("article", { class: "entry" }, this.#avatar, meat, this.#tools);
  }

  #avatar;

  /** Show an entry as it is now; parts that did not change are left alone. */
  show(entry, context) {
    const asking = entry.run?.status === "requires_action";
    const writes = entry.role === "assistant" && active(entry.run) && !asking;
    this.#classes(entry, context, writes);
    this.#once("head", [entry.author, entry.author_id, entry.created_at], () => this.#drawHead(entry));
    this.#once("quote", [context.question?.id, context.question?.text], () =>
      this.#drawQuote(context.question),
    );
    this.#once("command", commandOf(entry), () => this.#drawCommand(commandOf(entry)));
    this.#words(entry, context, writes);
    this.#once("pictures", [entry.pictures, context.prompt], () =>
      this.#drawPictures(entry.pictures, context.prompt),
    );
    this.#once("files", [entry.files, entry.made], () =>
      this.#drawFiles(entry.files ?? [], entry.made ?? []),
    );
    this.#once(
      "state",
      [entry.run, entry.notice, entry.links, context.answered, context.place, Boolean(context.live)],
      () => this.#state.replaceChildren(...drawState(entry, context)),
    );
    this.#once("tools", [entry.actions, entry.run, writes, context.last], () =>
      this.#tools.replaceChildren(...drawActions(entry, this.#timeline)),
    );
  }

  stop() {
    this.#writing?.stop();
  }

  #once(name, facts, draw) {
    const key = JSON.stringify(facts);
    if (this.#shown[name] === key) return;
    this.#shown[name] = key;
    draw();
  }

  #classes(entry, { grouped, past, fresh, last }, writes) {
    const painted = entry.role === "assistant" && entry.run?.kind === "imagine";
    if (painted && this.#pictures.nextSibling !== this.#body) this.#pictures.after(this.#body); // their caption
    const asking = entry.role === "assistant" && entry.run?.status === "requires_action";
    const flags = { [entry.role]: true, grouped, past, fresh, last, painted, asking, writing: writes };
    this.node.className = ["entry", ...Object.keys(flags).filter((name) => flags[name])].join(" ");
    this.node.dataset.id = entry.id;
    this.node.setAttribute("aria-busy", String(writes));
    this.node.setAttribute("aria-label", `${entry.author}, ${clock(new Date(entry.created_at))}`);
  }

  #drawHead(entry) {
    const at = new Date(entry.created_at);
    this.#head.replaceChildren(
      el("span", { class: "author" }, entry.author),
      el("time", { datetime: entry.created_at, title: fully(at) }, clock(at)),
    );
    this.#avatar.className = "avatar";
    if (entry.role === "assistant") {
      const mark = icon("mark");
      mark.setAttribute("class", "mark");
      this.#avatar.replaceChildren(mark);
    } else {
      this.#avatar.classList.add(`hue-${hue(entry.author_id || entry.author)}`);
      this.#avatar.replaceChildren(initial(entry.author));
    }
  }

  #drawQuote(question) {
    this.#quote.replaceChildren(
      ...(question
        ? [el("p", { class: "quote" }, el("b", {}, question.author), " ", plain(question.text).slice(0, 120))]
        : []),
    );
  }

  #drawCommand(name) {
    this.#command.hidden = !name;
    this.#command.textContent = name && `/${name}`;
  }

  /** While it is written: the posts as they come. Then the whole text, so that no repaired fence shows twice. */
  #words(entry, { live }, writes) {
    if (writes && live) {
      this.#writing ??= new Writing(this.#body, this.#grown);
      this.#writing.show(live.posts, live.links);
      this.#body.hidden = false;
      this.#shown.text = null;
      return;
    }
    const written = this.#writing !== null && !writes;
    if (written) this.#endWriting();
    const text = words(entry);
    this.#once("text", [text, entry.links], () => render(this.#body, text, entry.links));
    this.#body.hidden = !text;
    if (written) announce(`${entry.author}: ${plain(text).slice(0, ANNOUNCED)}`);
  }

  #endWriting() {
    this.#writing.stop();
    this.#writing = null;
    const fresh = el("div", { class: "body prose" });
    this.#body.replaceWith(fresh);
    this.#body = fresh;
  }

  #drawFiles(names, made) {
    this.#files.hidden = !(names.length + made.length);
    this.#files.replaceChildren(
      ...names.map((name) => el("li", {}, name || "a file")),
      ...made.map((file) => el("li", {}, download(file))),
    );
  }

  #drawPictures(pictures, about) {
    this.#pictures.hidden = !pictures.length;
    this.#pictures.classList.toggle("single", pictures.length === 1);
    this.#pictures.replaceChildren(...pictures.map((_, at) => thumbnail(pictures, at, about)));
    for (const picture of this.#pictures.querySelectorAll("img"))
      picture.addEventListener("load", this.#grown);
  }
}
