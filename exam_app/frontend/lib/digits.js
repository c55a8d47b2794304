// Decimal digits as people type them, of every script. Pure.
const DIGIT = /^\p{Nd}$/u;

/** The ASCII digit of a character that is a decimal digit; any other character as it is. */
export function asciiDigit(character) {
  if (!DIGIT.test(character)) return character;
  const code = character.codePointAt(0);
  let first = code; // the digits of a script are ten in a row, from 0; some rows adjoin
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}
