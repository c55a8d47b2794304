import { useEffect, useReducer } from "preact/hooks";

/** Renders the component again whenever the store changes, and returns its state. */
export function useStore(store) {
  const [, again] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    const stop = store.subscribe(() => again());
    again(); // the state may have changed between the first rendering and the subscription
    return stop;
  }, [store]);
  return store.get();
}
