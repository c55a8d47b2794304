import { useLayoutEffect, useState } from "preact/hooks";
import { windowOf } from "../model/virtual-list.js";

const DRAWN_WHOLE = 100;
const GUESS = { columns: 1, lineHeight: 36, scrollTop: 0, viewHeight: 800 };

// The part of a long list that is drawn, or null when all of it is. `box` is what scrolls; all lines are equally
// far apart, and how many items stand in a line is seen from where they are. `layout` names what changes that.
export function useWindow(box, count, layout) {
  const [view, setView] = useState(GUESS);
  const long = count > DRAWN_WHOLE;
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
