// Text that is still being written: edits come a few times a second, and are shown as if they flowed.
// Shown at most once a frame, and never more than LAG behind.

import { calm } from "./dom.js";
import { render } from "./markdown.js";
import { mend } from "./mend.js";

const LAG = 260; // milliseconds

/** Shows the posts of one answer, in order, in `node`. */
export class Writing {
  #node;
  #posts = new Map(); // post id -> { text, links, shown, due, box }
  #frame = 0;
  #last = 0;
  #grown;

  /** `grown` is called after a frame that changed something. */
  constructor(node, grown) {
    this.#node = node;
    this.#grown = grown;
    node.replaceChildren();
  }

  /** The texts that the posts have now, and the hosts that they may link to, by id. */
  show(posts, links) {
    const now = performance.now();
    for (const [id, text] of posts) {
      const post = this.#posts.get(id) ?? this.#add(id);
      post.links = links.get(id);
      if (post.text === text) continue;
      post.shown = Math.min(post.shown, common(post.text, text));
      Object.assign(post, { text, due: now + LAG, stale: true });
    }
    for (const id of this.#posts.keys()) if (!posts.has(id)) this.#drop(id);
    if (!this.#frame) this.#ask();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
  }

  #add(id) {
    const box = document.createElement("div");
    box.className = "post";
    const post = { text: "", shown: 0, due: 0, box, stale: true };
    this.#posts.set(id, post);
    const inOrder = [...this.#posts].sort(([a], [b]) => order(a) - order(b));
    this.#node.replaceChildren(...inOrder.map(([, { box: each }]) => each));
    return post;
  }

  #drop(id) {
    this.#posts.get(id).box.remove();
    this.#posts.delete(id);
  }

  #ask() {
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  #step(now) {
    if (this.#frame === -1) return;
    let more = false;
    for (const post of this.#posts.values()) {
      if (!post.stale) continue;
      post.shown = reach(post, now, now - this.#last);
      render(post.box, mend(post.text.slice(0, post.shown)), post.links);
      post.stale = post.shown < post.text.length;
      more ||= post.stale;
    }
    this.#last = now;
    this.#frame = more ? requestAnimationFrame((then) => this.#step(then)) : 0;
    this.#grown();
  }
}

/** How far a post is shown after `passed` milliseconds: evenly, so that all is there when it is due. */
function reach({ text, shown, due }, now, passed) {
  const left = due - now;
  if (left <= passed || calm() || document.hidden) return text.length;
  const next = shown + Math.max(1, Math.ceil(((text.length - shown) * passed) / left));
  const half = text.charCodeAt(next - 1);
  return Math.min(text.length, half >= 0xd800 && half < 0xdc00 ? next + 1 : next); // no half of an emoji
}

/** Post ids have their order in their last number: "w12-0", "w12-1", … */
export const order = (id) => Number(/\d+(?=\D*$)/.exec(id)?.[0] ?? 0);

function common(before, after) {
  if (after.startsWith(before)) return before.length;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return same;
}
