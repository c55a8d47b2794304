// Character limits of fields: what does not fit is cut where it was inserted, and the page says how much is missing. Pure.
import { countWords } from "./words.js";

/**
 * The value of a field that may have `most` characters, after a change from `before` to `after`: {text, missing, caret}.
 * The end of the inserted text is cut, never what stood behind it.
 */
export function fit(before, after, most) {
  if (after.length <= most) return { text: after, missing: "", caret: null };
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let kept = 0;
  while (kept < before.length - start && before[before.length - 1 - kept] === after[after.length - 1 - kept]) kept += 1;
  const end = after.length - kept;
  let cut = Math.max(start, end - (after.length - most));
  if (cut > start && /[\ud800-\udbff]/.test(after[cut - 1])) cut -= 1; // not through a character
  return { text: after.slice(0, cut) + after.slice(end), missing: after.slice(cut, end), caret: cut };
}

export function limitText(most, missing) {
  const held = `The field is full: it holds no more than ${most.toLocaleString("en")} characters.`;
  if (missing.length <= 1) return held;
  const words = countWords(missing);
  return `${held} The last ${counted(missing.length, "character")}${words ? ` (${counted(words, "word")})` : ""} of what you inserted are missing.`;
}

function counted(count, one) {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}
