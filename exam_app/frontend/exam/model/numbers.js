// Reads typed numbers as the server does (`exam_app/rules/typed_numbers.py`), so that the student sees at once what is
// understood. `tests/vectors/numbers.json` is what both have to understand. Pure.
import { asciiDigit } from "../../lib/digits.js";

const MAX_LENGTH = 64;

/**
 * What a typed text means, one of:
 *   {number}: the only number it can mean, with a decimal point and in ASCII, "" for a blank text;
 *   {meanings: [decimal, thousands]}: the two numbers that texts such as 1,250 can mean;
 *   {problem, unfinished}: no number, with a message; `unfinished` may still become one while the student types.
 */
export function readNumber(text) {
  if (text.length > 2 * MAX_LENGTH) return { problem: TOO_LONG };
  const plain = inAscii(text).replace(/[\s\x1c-\x1f\x85]+/gu, " ").trim(); // the white space of the server's language, too
  if (!plain) return { number: "" };
  const parts = plain.match(/^([+-]?) ?(.*)$/);
  const { body, exponent } = withoutExponent(parts[2]) ?? {};
  const found = body === undefined ? null : meaningsOf(body)?.map((one) => parts[1] + one + exponent);
  if (!found) return { problem: problemOf(plain), unfinished: UNFINISHED.test(plain) };
  if (found.some((one) => one.length > MAX_LENGTH)) return { problem: TOO_LONG };
  if (found.some((one) => Math.abs(Number(one)) >= 1e100)) return { problem: "This number is too large. Use one below 1e100." };
  return found.length === 1 ? { number: found[0] } : { meanings: found };
}

const TOO_LONG = "This is longer than 64 characters. Shorten it.";
const SUPERSCRIPTS = new Map([..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"].map((character, index) => [character, "0123456789-+"[index]]));
const RAISED = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+/g;
const PLAIN = new Map();
// As in `rules/characters.py`. The Arabic separators have one meaning each: D is a decimal mark, T separates thousands.
for (const [characters, plain] of [
  ["-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u058a\u05be\u1400\u1806\u02d7\u2043\u2e3a\u2e3b\u2e40\ufe31\ufe32ーｰ", "-"],
  ["+＋﹢", "+"],
  ["'\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a`\u00b4\uff07\uff40\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u05f3\ua78c\u055a\u0384\u1fbd\u1fbf\u1fef\u1ffd\u275b\u275c", "'"],
  [",，﹐،", ","],
  [".．﹒", "."],
  ["eEеЕｅＥ", "e"],
  ["xX×хХ✕*·⋅", "x"],
  ["٫", "D"],
  ["٬", "T"],
]) {
  for (const character of characters) PLAIN.set(character, plain);
}

function inAscii(text) {
  const raised = text.replace(/[\p{Default_Ignorable_Code_Point}\u0640\ufff0-\ufff8]/gu, "").replace(RAISED, (run) => `^${[...run].map((one) => SUPERSCRIPTS.get(one)).join("")}`);
  return [...raised].map((character) => PLAIN.get(character) ?? asciiDigit(character)).join("");
}

/** 1.2e3, 1.2 × 10³ and 10^3, as what stands before, and the exponent. Undefined for a power of something else. */
function withoutExponent(text) {
  const found = text.match(/(?: ?e ?|( ?x ?)?10 ?\^ ?)([+-]? ?[0-9]{1,3})$/);
  if (!found) return { body: text, exponent: "" };
  const exponent = `e${found[2].replace(" ", "")}`;
  const before = text.slice(0, found.index);
  if (found[1] || !found[0].includes("^")) return { body: before, exponent };
  return before ? undefined : { body: "1", exponent };
}

const GROUPED = /^(?:[1-9][0-9]{0,2}(?:G[0-9]{3})+|[1-9][0-9]?(?:G[0-9]{2})+G[0-9]{3})$/;
const FRACTION = /^(?:[0-9]*|[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})?)$/;
const MIXED = /^[1-9][0-9]{0,2}[.,][0-9]{3}(?: [0-9]{3})+$/;
const TWOFOLD = /^[1-9][0-9]{0,2}[.,][0-9]{3}$/;

/** The numbers without a sign that the text can mean: one or two, or undefined. */
function meaningsOf(text) {
  if (TWOFOLD.test(text)) return [text.replace(",", "."), text.replace(/[.,]/, "")];
  const mark = decimalMark(text);
  const at = mark ? text.indexOf(mark) : text.length;
  const fraction = text.slice(at + 1);
  const whole = ungrouped(text.slice(0, at));
  if (whole === undefined || !/[0-9]/.test(whole + fraction) || !FRACTION.test(fraction)) return undefined;
  if (mark !== "D" && MIXED.test(text)) return undefined;
  return [whole + (mark ? `.${fraction.replaceAll(" ", "")}` : "")];
}

function decimalMark(text) {
  if (text.includes("D")) return "D";
  const mark = text[Math.max(text.lastIndexOf("."), text.lastIndexOf(","))];
  return mark && text.split(mark).length === 2 ? mark : "";
}

function ungrouped(whole) {
  const separators = new Set(whole.replace(/[0-9]/g, ""));
  if (separators.size > 1 || [...separators].some((one) => !" ,.'T".includes(one))) return undefined;
  const digits = whole.replace(/[^0-9]/g, "");
  if (!separators.size) return digits;
  return GROUPED.test(whole.replaceAll([...separators][0], "G")) ? digits : undefined;
}

const UNFINISHED = /^[-+0-9.,' DT]*(?: ?(?:e|x(?: ?10?)?(?: ?\^)?) ?-?)?$/;

function problemOf(plain) {
  if (/^[^a-z]*[0-9][^a-z]*\s*[a-zD-T%°µμ]/i.test(plain)) return "Write the number alone, without a unit, like 3.5.";
  if (/^[-+0-9.,' e^x]*$/.test(plain)) return "This number is not complete or has too many signs. Write it like 3.5, -2 or 1e6.";
  return "This is not a number. Use digits, like 3.5, -2 or 1e6.";
}
