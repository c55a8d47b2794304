// Marked stretches of a text, as [start, end) offsets, in order and without overlap. Pure.

/** Adds a stretch; what it touches becomes one with it. */
export function addStretch(stretches, [start, end]) {
  if (end <= start) return stretches;
  const apart = stretches.filter(([s, e]) => e < start || s > end);
  const touched = stretches.filter(([s, e]) => e >= start && s <= end);
  const merged = [Math.min(start, ...touched.map(([s]) => s)), Math.max(end, ...touched.map(([, e]) => e))];
  return [...apart, merged].sort((a, b) => a[0] - b[0]);
}

export function removeStretch(stretches, start) {
  return stretches.filter(([s]) => s !== start);
}

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
