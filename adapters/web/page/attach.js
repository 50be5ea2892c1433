// Files to be sent: by button, paste or drop. Shown before they go. What they are the server sees by their content; what
// it never takes is refused here.

import { button, el } from "./dom.js";
import { bytes } from "./format.js";
import { notify } from "./notify.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"]);
const NEVER = /^(audio|video|font)\/|^image\//;
const MOST = 10;
const LARGEST = 10 * 1024 * 1024;
const ALL = 25 * 1024 * 1024;

export const LIMITS = "pictures, PDF, Word (DOCX), web pages, texts and code; up to 10 files, 10 MB each, 25 MB together";

/** A tray of chosen files, drawn into `list`. */
export class Tray {
  #files = [];
  #list;
  #changed;

  constructor(list, changed = () => {}) {
    this.#list = list;
    this.#changed = changed;
  }

  get files() {
    return [...this.#files];
  }

  /** Take what fits; says what does not. */
  add(files) {
    for (const file of files) {
      const problem = this.#problem(file);
      if (problem) notify(problem);
      else this.#files.push(file);
    }
    this.#draw();
  }

  clear() {
    this.#files = [];
    this.#draw();
  }

  #problem(file) {
    const name = file.name || "The file";
    if (NEVER.test(file.type) && !PICTURES.has(file.type))
      return `${name} is not a file that Parley takes (${LIMITS}).`;
    if (file.size > LARGEST) return `${name} has ${bytes(file.size)}; a file may have 10 MB.`;
    if (this.#files.length >= MOST) return `A message takes ${MOST} files.`;
    const sum = this.#files.reduce((all, { size }) => all + size, file.size);
    return sum > ALL ? "The files together have more than 25 MB." : "";
  }

  #draw() {
    for (const image of this.#list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.#list.hidden = !this.#files.length;
    this.#list.replaceChildren(...this.#files.map((file) => this.#preview(file)));
    this.#changed();
  }

  #preview(file) {
    const remove = () => {
      this.#files = this.#files.filter((each) => each !== file);
      this.#draw();
    };
    const look = file.type.startsWith("image/")
      ? el("img", { src: URL.createObjectURL(file), alt: file.name || "Pasted picture" })
      : el("span", { class: "name", title: file.name }, file.name || "A file");
    return el(
      "li",
      { class: "preview" },
      look,
      el("span", {}, bytes(file.size)),
      button(`Remove ${file.name || "file"}`, remove, { symbol: "close", quiet: true }),
    );
  }
}

/** Dropped anywhere and pasted anywhere: it goes into `tray`. */
export function takeDrops(zone, tray) {
  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (on) => {
    depth = on ? depth : 0;
    zone.hidden = !on;
  };
  addEventListener("dragenter", (event) => carries(event) && ++depth && show(true));
  addEventListener("dragleave", (event) => carries(event) && --depth <= 0 && show(false));
  addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(false);
    tray.add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    if (!files.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    tray.add(files);
  });
}
