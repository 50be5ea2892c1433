// What several parts of the page have to agree on, and nothing else: a value per name, and who wants to hear of it.

function createStore(initial) {
  const values = { ...initial };
  const listeners = new Map();

  return {
    get: (name) => values[name],

    /** Change some values; whoever listens to one of them is called once, with the store. */
    set(patch) {
      const changed = Object.keys(patch).filter((name) => values[name] !== patch[name]);
      Object.assign(values, patch);
      const heard = new Set(changed.flatMap((name) => [...(listeners.get(name) ?? [])]));
      for (const listener of heard) listener();
    },

    /** Call `listener` now and whenever one of `names` changes. */
    watch(names, listener) {
      for (const name of names) {
        if (!listeners.has(name)) listeners.set(name, new Set());
        listeners.get(name).add(listener);
      }
      listener();
    },
  };
}

/** `link`: open | connecting | lost. `writing`: the id of the run that writes in this room, or null. */
export const store = createStore({
  room: "general",
  rooms: [],
  commands: [],
  as: "moderator",
  name: "",
  theme: "system",
  link: "connecting",
  writing: null,
  version: "",
});
