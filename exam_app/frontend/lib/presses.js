// The guard of every page: a press carries out nothing on a view on which it did not begin.
//
// Whoever presses twice, slowly or quickly, or holds a key down, means the view that they see. When the first press has
// brought another view, the next control lies under the finger. So these presses do nothing:
//
// - one that went down before the view came;
// - a second one at the same place shortly after, if another control is there now, or the same one with another name, or the
//   browser calls it a double click;
// - the repetitions of a key that is held down.
import { elapsed } from "./clock.js";
import { handOver, takeOver } from "./device.js";

const REPEAT_MS = 1200; // nobody has read a view and found what to press any sooner, at the very same place
const FIELD_REPEAT_MS = 1000; // an answer is seen and can be changed at once
const PAGE_MS = 4000; // a press that was longer ago has not brought this page
const NEAR_PX = 24;
const KEY = "exam-press";

/** The decision, without the browser. Times in ms by `elapsed`; a place is {x, y}, or null for a key. */
export class PressGuard {
  constructor() {
    this.view = 0;
    this.down = null; // {view, place}
    this.last = null; // {view, place, at, control, name}
    this.place = null; // of the last press that acted
  }

  /** Another view is there: a question, a step, a dialog, a page. */
  newView() {
    this.view += 1;
  }

  /** A finger, a mouse button or a key goes down. */
  begin(place) {
    this.down = { view: this.view, place };
  }

  /** Something else was done in between, such as typing: what follows is no repetition. */
  interrupt() {
    this.last = null;
  }

  /**
   * True when the press may act on `control`. `clicks`: how many the browser counts at this place in a row.
   * `name`: what the control says; the same control with another name does something else. `isField`: it takes an
   * answer, and does nothing else.
   */
  allows(control, clicks, now, { name = "", isField = false } = {}) {
    const { view, place } = this.down ?? { view: this.view, place: null }; // no press at all: assistive technology
    this.down = null;
    const { last } = this;
    const soon = isField ? FIELD_REPEAT_MS : REPEAT_MS;
    const isSame = last?.control === control;
    const isRenamed = isSame && last.name !== name;
    const isThere = last && (isNear(last.place, place) || (isRenamed && !place));
    const isRepeated = isThere && last.view !== this.view && now - last.at < soon;
    if (view !== this.view || (isRepeated && (clicks > 1 || !isSame || isRenamed))) {
      if (last) last.at = now; // the next one is a repetition, too
      return false;
    }
    this.last = { view, place, at: now, control, name };
    this.place = place;
    return true;
  }
}

function isNear(one, other) {
  return Boolean(one && other) && Math.hypot(one.x - other.x, one.y - other.y) < NEAR_PX;
}

const guard = new PressGuard();
const FIELD = "label, select, textarea, input:not([type=submit], [type=button])";
const CONTROL = "button, a[href], input, select, textarea, label, summary, [role=button], [role=tab]";

/** Another view is there: see `PressGuard`. */
export const newView = () => guard.newView();

/** The place of the last press on the screen, from 0 (top) to 1 (bottom). */
export function heightOfLastPress() {
  return guard.place ? guard.place.y / innerHeight : 1;
}

/** Once for each page. */
export function guardPresses() {
  const before = takeOver(KEY, ({ age }) => age < PAGE_MS);
  if (before) guard.last = { view: guard.view, place: before.place, at: elapsed(), control: null, name: "" };
  guard.newView();
  let pressed = null;
  // A dialog or <details> that opens or closes is another view, whichever component it belongs to.
  new MutationObserver(newView).observe(document, { subtree: true, attributes: true, attributeFilter: ["open"] });
  addEventListener("pointerdown", (event) => guard.begin({ x: event.clientX, y: event.clientY }), true);
  addEventListener("keydown", (event) => {
    const acts = event.key === "Enter" || event.key === " ";
    const isTyping = event.target.matches?.("textarea, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
    if (!acts) guard.interrupt();
    if (acts && event.repeat && !isTyping) event.preventDefault();
    else if (acts && !event.repeat) guard.begin(null);
  }, true);
  for (const event of ["input", "wheel"]) addEventListener(event, () => guard.interrupt(), { capture: true, passive: true });
  addEventListener("click", (event) => {
    const control = event.target.closest?.(CONTROL);
    const wasHere = before && control && labelOf(control) === before.label; // the same step of the next one in a row
    const known = wasHere && guard.last?.control === null ? null : control;
    const name = known ? labelOf(known) : "";
    if (guard.allows(known, event.detail, elapsed(), { name, isField: Boolean(control?.matches(FIELD)) })) {
      pressed = control && guard.place && { place: guard.place, label: labelOf(control), at: elapsed() };
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  addEventListener("pagehide", () => {
    if (pressed) handOver(KEY, { place: pressed.place, label: pressed.label, age: elapsed() - pressed.at });
  });
}

function labelOf(control) {
  return control.textContent.trim();
}
