// Counts words as the server does (`exam_app/rules/words.py` says what counts; `tests/vectors/words.json` holds both to
// it). Not by Intl.Segmenter: its dictionaries differ between browsers, and the server has none. Pure.

const LETTERS_IN_A_WORD = 4;
const BETWEEN = {
  letter: new Set("'’‘.:·\u2024\u2027\u05f4\uff07\uff0e"),
  digit: new Set("'’‘.,;\u066c\u2024\uff07\uff0c\uff0e"),
};
const SINGLE = [
  [0x3005, 0x3007], [0x3021, 0x3029], [0x3038, 0x303b], [0x3041, 0x3096],
  [0x309d, 0x309f], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xf900, 0xfaff], [0x20000, 0x323af],
];
const KATAKANA = [[0x30a1, 0x30fa], [0x30fc, 0x30ff], [0x31f0, 0x31ff], [0xff66, 0xff9f]];
const UNSPACED = [
  [0x0e01, 0x0e4e], [0x0e80, 0x0ece], [0x0edc, 0x0edf], [0x1000, 0x103f], [0x1050, 0x108f],
  [0x1780, 0x17d3], [0x17d7, 0x17dc], [0xa9e0, 0xa9ef], [0xaa60, 0xaa7f],
];

export function countWords(text) {
  let words = 0;
  let before = "";
  let letters = 0;
  let gap = "";
  for (const character of text) {
    const kind = kindOf(character);
    if (kind === "mark") continue;
    if (kind === "unspaced") {
      letters = before === "unspaced" && !gap ? letters + 1 : 1;
      if (letters % LETTERS_IN_A_WORD === 1) words += 1;
    } else if (kind === "single" || (kind && !continues(before, gap, kind))) words += 1;
    if (!kind && before && !gap) gap = character;
    else [before, gap] = [kind, ""];
  }
  return words;
}

function continues(before, gap, kind) {
  if (gap) return before === kind && Boolean(BETWEEN[kind]?.has(gap));
  return before === kind || (isAlphanumeric(before) && isAlphanumeric(kind));
}

const isAlphanumeric = (kind) => kind === "letter" || kind === "digit";

const kinds = new Map(); // at most the characters of one text

function kindOf(character) {
  let kind = kinds.get(character);
  if (kind === undefined) kinds.set(character, (kind = classify(character)));
  return kind;
}

function classify(character) {
  if (/\p{M}/u.test(character) || (/\p{Cf}/u.test(character) && character !== "\u200b")) return "mark";
  if (!/[\p{L}\p{N}]/u.test(character)) return "";
  const code = character.codePointAt(0);
  if (within(code, SINGLE)) return "single";
  if (within(code, KATAKANA)) return "katakana";
  if (within(code, UNSPACED)) return "unspaced";
  return /\p{Nd}/u.test(character) ? "digit" : "letter";
}

function within(code, ranges) {
  return ranges.some(([low, high]) => low <= code && code <= high);
}
