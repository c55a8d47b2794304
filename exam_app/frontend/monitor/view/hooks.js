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

// True while the mouse is over the element or the focus is in it. Touch has no hover, so a tap does not count.
export function useInteraction(box) {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const handlers = {
    onPointerEnter: (event) => event.pointerType === "mouse" && setPointer(true),
    onPointerLeave: () => setPointer(false),
    onFocusIn: () => setFocus(true),
    onFocusOut: (event) => !event.currentTarget.contains(event.relatedTarget) && setFocus(false),
  };
  // An element that is removed while it has the focus sends no focusout event.
  const focused = focus && box.current?.contains(document.activeElement);
  return [pointer || focused, handlers];
}

// True while `value` is, and for one render longer, so that the element that gets the focus back still exists.
export function useLingering(value) {
  const [lingering, setLingering] = useState(value);
  useEffect(() => setLingering(value), [value]);
  return value || lingering;
}

const NARROW = "(max-width: 47.99rem)";

// True on phones and in narrow windows, where the list consists of cards.
export function useNarrow() {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const update = () => setNarrow(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, []);
  return narrow;
}

// Runs an async action, one call at a time: [run, busy, error].
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

// A function with a stable identity that calls the latest handler, so that it does not make rows render again.
export function useStable(handler) {
  const latest = useRef(handler);
  latest.current = handler;
  return useCallback((...args) => latest.current(...args), []);
}
