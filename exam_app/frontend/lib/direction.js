// The direction of texts that people wrote, whatever the direction of the page around them. Pure. The server's copy of
// these rules is rules/direction.py.

const RTL = /(?=\p{L})[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LETTER = /\p{L}/u;
const [ISOLATE, POP] = ["\u2068", "\u2069"];

/**
 * The attribute `dir` of an element with this text. The first letter decides, as browsers do by themselves, except for
 * a text of which a third of the words or more is Arabic or Hebrew, and that happens to begin with a Latin one, such as
 * "C++ و Java.". Without letters, and in a sentence of ours with names in it, the direction is that of the page.
 */
export function directionOf(text) {
  if (!LETTER.test(text) || text.includes(ISOLATE)) return undefined;
  const words = text.split(/\s+/).filter((word) => LETTER.test(word));
  return words.filter((word) => RTL.test(word)).length >= words.length / 3 ? "rtl" : "auto";
}

/** A name for a sentence of plain text, so that it does not turn the sentence round. In JSX use <bdi>. */
export function isolated(name) {
  return RTL.test(name) ? `${ISOLATE}${name}${POP}` : name;
}
