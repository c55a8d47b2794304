// The position in the exam as the hash of the URL, so that a reload and Back return to it. Pure.

export const REVIEW_HASH = "#hand-in";

export function hashFor(index) {
  return `#question-${index + 1}`;
}

export function indexFromHash(hash) {
  const found = /^#question-(\d{1,4})$/.exec(hash ?? "");
  return found ? Math.max(0, Number(found[1]) - 1) : null;
}
