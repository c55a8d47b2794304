// Marked stretches of a text, as [start, end) offsets, in order and without overlap. Pure.

const MAX_TEXT = 5000; // a longer stretch is kept by its offsets; of its text, so much

/** Adds a stretch; what it touches becomes one with it. */
export function addStretch(stretches, [start, end]) {
  if (end <= start) return stretches;
  const apart = stretches.filter(([s, e]) => e < start || s > end);
  const touched = stretches.filter(([s, e]) => e >= start && s <= end);
  const merged = [Math.min(start, ...touched.map(([s]) => s)), Math.max(end, ...touched.map(([, e]) => e))];
  return [...apart, merged].sort((a, b) => a[0] - b[0]);
}

// A mark is {highlightId, passageId, start, end, text}. An order is what the server has still to be told: a
// mark to keep, or {highlightId, remove: true}.

/** What is shown: what the server has, with the orders that wait on this device laid over it. */
export function withOrders(known, orders) {
  const marks = new Map(known.map((mark) => [mark.highlightId, mark]));
  for (const order of orders) {
    if (order.remove) marks.delete(order.highlightId);
    else marks.set(order.highlightId, order);
  }
  return [...marks.values()];
}

export function stretchesIn(marks, passageId) {
  return marks.filter((mark) => mark.passageId === passageId).reduce((all, { start, end }) => addStretch(all, [start, end]), []);
}

/** The orders that mark a stretch; the marks it touches become one with it, under the id given. */
export function ordersToMark(marks, passage, [start, end], highlightId) {
  if (end <= start) return [];
  const touched = marks.filter((mark) => mark.passageId === passage.passageId && mark.end >= start && mark.start <= end);
  if (touched.some((mark) => mark.start <= start && mark.end >= end)) return [];
  const from = Math.min(start, ...touched.map((mark) => mark.start));
  const to = Math.max(end, ...touched.map((mark) => mark.end));
  const text = passage.text.slice(from, to).slice(0, MAX_TEXT);
  return [{ highlightId, passageId: passage.passageId, start: from, end: to, text }, ...touched.map(removal)];
}

/** The orders that remove what is marked at an offset, which can be several marks of several devices. */
export function ordersToRemove(marks, passageId, offset) {
  const stretch = stretchesIn(marks, passageId).find(([start, end]) => start <= offset && offset < end);
  if (!stretch) return [];
  return marks.filter((mark) => mark.passageId === passageId && mark.start < stretch[1] && mark.end > stretch[0]).map(removal);
}

const removal = ({ highlightId }) => ({ highlightId, remove: true });

/** The text in pieces, each marked or not, with its offset. */
export function pieces(text, stretches) {
  const found = [];
  let at = 0;
  for (const [start, end] of stretches) {
    if (start >= text.length) break;
    if (start > at) found.push({ start: at, text: text.slice(at, start), marked: false });
    found.push({ start, text: text.slice(start, end), marked: true });
    at = Math.min(end, text.length);
  }
  if (at < text.length) found.push({ start: at, text: text.slice(at), marked: false });
  return found;
}

/** The sentence after (or before) an offset, so that a text can be marked from the keyboard. */
export function sentenceFrom(text, offset, direction = 1) {
  const sentences = [...text.matchAll(/[^.!?\n]+[.!?]*["”’)]*|[.!?]+/g)]
    .map((match) => [match.index + match[0].search(/\S|$/), match.index + match[0].trimEnd().length])
    .filter(([start, end]) => end > start);
  if (direction > 0) return sentences.find(([start]) => start >= offset) ?? sentences.at(-1) ?? null;
  return [...sentences].reverse().find(([, end]) => end <= offset) ?? sentences[0] ?? null;
}
