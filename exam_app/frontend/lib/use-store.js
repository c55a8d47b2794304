import { useEffect, useReducer } from "preact/hooks";

/** Renders the component again whenever the store changes, and returns its state. */
export function useStore(store) {
  const [, again] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    const stop = store.subscribe(() => again());
    again(); // what changed between the first rendering and now
    return stop;
  }, [store]);
  return store.get();
}
