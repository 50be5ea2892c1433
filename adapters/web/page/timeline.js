// What is known of the room one is in: its entries, the texts being written, and what only this browser knows
// (command results, messages on their way). No drawing here.

/** Comes after every message's id. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

const ACTIVE = new Set(["queued", "in_progress", "requires_action", "cancelling"]);

export const active = (run) => Boolean(run) && ACTIVE.has(run.status);

/** An entry's words without its notice, which stands apart on this page. */
export const words = ({ text, notice }) =>
  notice && text.endsWith(notice) ? text.slice(0, -notice.length).trimEnd() : text;

export class Timeline {
  entries = new Map();
  /** Texts being written: message id -> { run, posts: Map(post id -> text), links: Map(post id -> hosts) }. */
  live = new Map();
  cards = [];
  sending = [];
  startsAfter = 0;
  loaded = false;
  /** Whether there are earlier messages than those that are known here. */
  more = false;
  #changed;
  #sorted = null;
  /** What happened to messages that are not loaded yet: their newest state, null for a deleted one. */
  #ahead = new Map();

  constructor(changed) {
    this.#changed = changed;
  }

  /** A page of the room's messages, the newest page first. */
  load({ messages, starts_after: startsAfter, more }) {
    for (const entry of messages) {
      const newest = this.#ahead.has(entry.id) ? this.#ahead.get(entry.id) : entry;
      if (newest) this.#keep(newest);
      this.#ahead.delete(entry.id);
    }
    if (!this.loaded) this.startsAfter = startsAfter;
    this.more = more && messages.length > 0;
    this.loaded = true;
    this.#changed();
  }

  /** The id of the earliest message that is known. */
  get oldest() {
    return this.ordered()[0]?.id ?? NEWEST;
  }

  /** Apply one event of the stream. */
  apply(kind, data) {
    switch (kind) {
      case "message.created":
      case "message.updated":
        this.#put(data.message);
        break;
      case "message.deleted":
        this.#remove(data.id);
        break;
      case "run.updated":
        this.#run(data.run, data.message_id);
        break;
      case "room.updated":
        this.startsAfter = data.starts_after;
        break;
      case "text.delta":
        this.#write(data);
        break;
    }
    this.#changed();
  }

  #keep(entry) {
    this.entries.set(entry.id, entry);
    this.#sorted = null;
  }

  #put(entry) {
    if (this.#early(entry.id)) this.#ahead.set(entry.id, entry);
    else this.#keep(entry);
    if (entry.role === "assistant" && !active(entry.run)) this.live.delete(entry.id);
  }

  /** Whether a message belongs to a page that is not loaded yet. */
  #early(id) {
    return this.more && id < this.oldest;
  }

  #remove(id) {
    if (this.#early(id)) this.#ahead.set(id, null);
    this.entries.delete(id);
    this.live.delete(id);
    this.#sorted = null;
    for (const entry of this.entries.values()) if (entry.question_id === id) this.entries.delete(entry.id);
  }

  /** A run moved: whoever shows it shows its status. */
  #run(run, messageId) {
    for (const entry of this.entries.values()) {
      if (entry.run?.id !== run.id && entry.id !== messageId) continue;
      if (entry.run && entry.run.id > run.id) continue; // an older run of the same answer
      this.#keep({ ...entry, run });
      // Its words are final in storage only when message.updated says so; until then they stay as they are.
    }
  }

  /** From UTF-16 offset `at` on, the post's text is `text`: exactly how JavaScript counts. */
  #write({ run_id: run, message_id: id, post, at, text, links }) {
    const entry = this.entries.get(id);
    if (entry && !active(entry.run) && entry.run?.id >= run) return; // it has ended meanwhile
    if (this.live.get(id)?.run !== run) this.live.set(id, { run, posts: new Map(), links: new Map() });
    const { posts, links: led } = this.live.get(id);
    led.set(post, links ?? null);
    posts.set(post, (posts.get(post) ?? "").slice(0, at) + text);
  }

  addCard(card) {
    const newest = Math.max(0, ...this.entries.keys());
    this.cards.push({ after: newest, at: new Date(), ...card });
    this.#changed();
  }

  changeCard(card, other) {
    const instead = { after: card.after, at: new Date(), ...other };
    this.cards = this.cards.map((each) => (each === card ? instead : each));
    this.#changed();
  }

  dropCard(card) {
    this.cards = this.cards.filter((each) => each !== card);
    this.#changed();
  }

  setSending(sending) {
    this.sending = sending;
    this.#changed();
  }

  /** Entries, oldest first. */
  ordered() {
    this.#sorted ??= [...this.entries.values()].sort((a, b) => a.id - b.id);
    return this.#sorted;
  }

  /** The ids of the questions that have an answer, begun or done. */
  answered() {
    return new Set(this.ordered().map((entry) => entry.question_id));
  }

  /** Whether the server's copy of a message on its way has come. One that failed just now has not. */
  arrived({ messageId, state, restored, after, author, text, files }) {
    if (messageId) return this.entries.has(messageId);
    if (state === "failed" && !restored) return false;
    return [...this.entries.values()].some(
      (entry) =>
        entry.role === "user" &&
        entry.id > after &&
        entry.text === text &&
        entry.author === author &&
        (restored || entry.pictures.length === files.length),
    );
  }

  /** How many runs this one waits for. Counted here: the server tells a place once, and runs before it end. */
  place(run) {
    const before = this.ordered()
      .map((entry) => entry.run)
      .filter((each) => active(each) && each.id < run.id);
    return new Set(before.filter(({ kind }) => kind !== "imagine").map(({ id }) => id)).size;
  }

  /** The run that writes here now, the newest first: what Stop stops. */
  writing() {
    const runs = this.ordered()
      .map((entry) => entry.run)
      .filter((run) => run?.status === "in_progress");
    return runs.at(-1)?.id ?? null;
  }
}
