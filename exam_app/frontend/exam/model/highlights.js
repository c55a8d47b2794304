// Highlights in a text. Ranges are [start, end) offsets, sorted and without overlap. Pure.

const MAX_TEXT = 5000; // of the text of a longer range only the beginning is stored

/** Adds a range and merges it with those that it touches. */
export function addRange(ranges, [start, end]) {
  if (end <= start) return ranges;
  const apart = ranges.filter(([s, e]) => e < start || s > end);
  const touched = ranges.filter(([s, e]) => e >= start && s <= end);
  const merged = [Math.min(start, ...touched.map(([s]) => s)), Math.max(end, ...touched.map(([, e]) => e))];
  return [...apart, merged].sort((a, b) => a[0] - b[0]);
}

// A highlight is {highlightId, passageId, start, end, text}. An operation is one that the server has not
// acknowledged: a highlight to add, or {highlightId, remove: true}.

/** The highlights as shown: the server's, with the pending operations of this device applied. */
export function applyOperations(known, operations) {
  const highlights = new Map(known.map((highlight) => [highlight.highlightId, highlight]));
  for (const operation of operations) {
    if (operation.remove) highlights.delete(operation.highlightId);
    else highlights.set(operation.highlightId, operation);
  }
  return [...highlights.values()];
}

export function rangesIn(highlights, passageId) {
  return highlights.filter((highlight) => highlight.passageId === passageId).reduce((all, { start, end }) => addRange(all, [start, end]), []);
}

/** The operations that highlight a range and merge the highlights it touches, under the given id. */
export function operationsToAdd(highlights, passage, [start, end], highlightId) {
  if (end <= start) return [];
  const touched = highlights.filter((one) => one.passageId === passage.passageId && one.end >= start && one.start <= end);
  if (touched.some((one) => one.start <= start && one.end >= end)) return [];
  const from = Math.min(start, ...touched.map((one) => one.start));
  const to = Math.max(end, ...touched.map((one) => one.end));
  const text = passage.text.slice(from, to).slice(0, MAX_TEXT);
  return [{ highlightId, passageId: passage.passageId, start: from, end: to, text }, ...touched.map(removal)];
}

/** The operations that remove the highlight at an offset; several devices may have highlighted it. */
export function operationsToRemove(highlights, passageId, offset) {
  const range = rangesIn(highlights, passageId).find(([start, end]) => start <= offset && offset < end);
  if (!range) return [];
  return highlights.filter((one) => one.passageId === passageId && one.start < range[1] && one.end > range[0]).map(removal);
}

const removal = ({ highlightId }) => ({ highlightId, remove: true });

/** The text in segments, each highlighted or not, with its offset. */
export function segments(text, ranges) {
  const found = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start >= text.length) break;
    if (start > at) found.push({ start: at, text: text.slice(at, start), highlighted: false });
    found.push({ start, text: text.slice(start, end), highlighted: true });
    at = Math.min(end, text.length);
  }
  if (at < text.length) found.push({ start: at, text: text.slice(at), highlighted: false });
  return found;
}

/** The sentence after (or before) an offset, for highlighting by keyboard. */
export function sentenceFrom(text, offset, direction = 1) {
  const sentences = [...text.matchAll(/[^.!?\n]+[.!?]*["”’)]*|[.!?]+/g)]
    .map((match) => [match.index + match[0].search(/\S|$/), match.index + match[0].trimEnd().length])
    .filter(([start, end]) => end > start);
  if (direction > 0) return sentences.find(([start]) => start >= offset) ?? sentences.at(-1) ?? null;
  return [...sentences].reverse().find(([, end]) => end <= offset) ?? sentences[0] ?? null;
}
