// Messages on their way. Each has a key, so that sending it again never says it twice; one that could not be sent
// stays, also over a reload (its words do; pictures live as long as the tab).

import * as api from "./api.js";
import { keep, recall } from "./keep.js";

class Outbox {
  #letters = recall("outbox", []).map((letter) => ({
    ...letter,
    files: [],
    state: "failed",
    restored: true,
  }));
  #heard = () => {};
  #queue = Promise.resolve();

  listen(heard) {
    this.#heard = heard;
    heard();
  }

  of(room) {
    return this.#letters.filter((letter) => letter.room === room);
  }

  /** Send words and pictures, one message after the other. */
  send(room, { text, as, author, files = [], after = 0 }) {
    const letter = { key: api.newKey(), room, text, as, author, files, after, at: new Date().toISOString() };
    this.#letters.push(letter);
    this.#go(letter);
  }

  retry(letter) {
    this.#go(letter);
  }

  /** The connection is back: what failed for a passing reason goes out again. */
  retryAll(room) {
    for (const letter of this.of(room)) if (letter.state === "failed" && letter.passing) this.#go(letter);
  }

  discard(letter) {
    this.#letters = this.#letters.filter((each) => each !== letter);
    this.#tell();
  }

  #go(letter) {
    Object.assign(letter, { state: "sending", problem: "" });
    this.#tell();
    this.#queue = this.#queue.then(() => this.#post(letter));
  }

  async #post(letter) {
    try {
      const { message_id: messageId } = await api.say(letter.room, letter);
      Object.assign(letter, { messageId, state: "sent" });
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      Object.assign(letter, { state: "failed", problem: error.message, passing: error.passing });
    }
    this.#tell();
  }

  #tell() {
    const words = ({ key, room, text, as, author, after, at, files, lost, problem, passing }) => ({
      key,
      room,
      text,
      as,
      author,
      after,
      at,
      problem,
      passing,
      lost: lost || files.length,
    });
    keep("outbox", this.#letters.filter((letter) => letter.state !== "sent").map(words));
    this.#heard();
  }
}

export const outbox = new Outbox();
