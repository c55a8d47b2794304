import { useCallback, useEffect, useRef, useState } from "preact/hooks";

// The server's time in ms, once a second, on its full second.
export function useServerNow(clock) {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    let timer;
    function tick() {
      const at = clock.now();
      setNow(at);
      timer = setTimeout(tick, 1000 - (((at % 1000) + 1000) % 1000) + 5);
    }
    tick();
    return () => clearTimeout(timer);
  }, [clock]);
  return now;
}

// Is a mouse over this element, or the focus within? A finger has no hover, and a tap is not a stay.
export function usePresence(box) {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const handlers = {
    onPointerEnter: (event) => event.pointerType === "mouse" && setPointer(true),
    onPointerLeave: () => setPointer(false),
    onFocusIn: () => setFocus(true),
    onFocusOut: (event) => !event.currentTarget.contains(event.relatedTarget) && setFocus(false),
  };
  // What had the focus may be gone without a word, when it is no longer drawn.
  const focused = focus && box.current?.contains(document.activeElement);
  return [pointer || focused, handlers];
}

// True while `value` is, and one drawing longer: what gets the focus back is still there then.
export function useLingering(value) {
  const [lingers, setLingers] = useState(value);
  useEffect(() => setLingers(value), [value]);
  return value || lingers;
}

const NARROW = "(max-width: 47.99rem)";

// A phone, or a window as narrow: the list is made of cards there.
export function useNarrow() {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = () => setNarrow(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return narrow;
}

// Runs an async action once at a time: [run, busy, error].
export function useAction(action) {
  const [state, setState] = useState({ busy: false, error: null });
  const running = useRef(false);
  const run = useCallback(
    async (...args) => {
      if (running.current) return undefined;
      running.current = true;
      setState({ busy: true, error: null });
      try {
        const result = await action(...args);
        setState({ busy: false, error: null });
        return result;
      } catch (error) {
        setState({ busy: false, error });
        return undefined;
      } finally {
        running.current = false;
      }
    },
    [action],
  );
  return [run, state.busy, state.error];
}

// The same function for ever, which calls the newest one: handlers that do not make rows draw again.
export function useStable(handler) {
  const latest = useRef(handler);
  latest.current = handler;
  return useCallback((...args) => latest.current(...args), []);
}
