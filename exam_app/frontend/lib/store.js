// A value that can be watched. State is replaced, never changed in place.

export function createStore(initial) {
  let state = initial;
  const watchers = new Set();
  return {
    get: () => state,
    /** Takes a partial object, or a function from the old state to the new one. */
    set(change) {
      const next = typeof change === "function" ? change(state) : { ...state, ...change };
      if (next === state) return;
      state = next;
      for (const watcher of [...watchers]) watcher(state);
    },
    subscribe(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
