// Where in the exam one is, as the part of the address after "#": a reload and Back lead to the same place.

export const REVIEW_HASH = "#hand-in";

export function hashFor(index) {
  return `#question-${index + 1}`;
}

export function indexFromHash(hash) {
  const found = /^#question-(\d{1,4})$/.exec(hash ?? "");
  return found ? Math.max(0, Number(found[1]) - 1) : null;
}
