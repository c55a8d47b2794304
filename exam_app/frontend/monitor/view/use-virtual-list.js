import { useLayoutEffect, useState } from "preact/hooks";
import { windowOf } from "../model/virtual-list.js";

const RENDERED_WHOLE = 100;
const INITIAL = { columns: 1, lineHeight: 36, scrollTop: 0, viewHeight: 800 };

// The part of a long list to render, or null to render all of it. `box` scrolls. All lines have the same height; the
// number of items per line is measured from their positions. `layout` changes when these may change.
export function useVirtualList(box, count, layout) {
  const [view, setView] = useState(INITIAL);
  const long = count > RENDERED_WHOLE;
  useLayoutEffect(() => {
    const element = box.current;
    if (!long || !element) return undefined;
    const measure = () => setView((before) => measured(element, before));
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      resized.disconnect();
    };
  }, [long, layout]);
  return long ? windowOf({ count, ...view }) : null;
}

function measured(element, before) {
  const { scrollTop, clientHeight: viewHeight } = element;
  const tops = [...element.querySelectorAll("[data-student]")].map((item) => item.offsetTop);
  const columns = tops.findIndex((top) => top !== tops[0]);
  const line = columns > 0 ? { columns, lineHeight: tops[columns] - tops[0] } : { columns: before.columns, lineHeight: before.lineHeight };
  const next = { ...line, scrollTop, viewHeight };
  return Object.keys(next).every((key) => next[key] === before[key]) ? before : next;
}
