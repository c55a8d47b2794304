// Typed numbers that are kept as typed, since they are none or can mean two. Pure.
import { readNumber } from "./numbers.js";
import { clozeSegments, inGap } from "./responses.js";

/** The response for a typed number: understood, or as typed. `unit` is the chosen one, if any. */
export function numberResponse(text, unit) {
  const { number } = readNumber(text);
  return { ...(number === undefined ? { text: text.trim() } : { number }), ...(unit ? { unit } : {}) };
}

/** What a stored response means: null where it is a number or empty, else as `readNumber`, with the `text`. */
export function unreadIn(response) {
  const text = response?.text ?? "";
  const reading = readNumber(text);
  return reading.number === undefined ? { ...reading, text } : null;
}

/** The unread numbers of an answer, with the number of their gap in a text with gaps. */
export function unreadNumbers(question, response) {
  if (question.questionType === "numerical") return [unreadIn(response)].filter(Boolean);
  if (question.questionType !== "cloze") return [];
  return gapsOf(question)
    .map((gap, index) => ({ gap, index, unread: gap.gapType === "numerical" ? unreadIn(inGap(response, gap.gapId)) : null }))
    .filter(({ unread }) => unread)
    .map(({ gap, index, unread }) => ({ ...unread, gap, gapNumber: index + 1 }));
}

/** The gaps in the order of the text. */
export function gapsOf(question) {
  return clozeSegments(question).flatMap(({ gap }) => gap ?? []);
}

/** A number as understood. 1.250 alone could be read as thousands again. */
export function understood(number) {
  if (!/^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$/.test(number)) return number;
  const low = Math.floor(Number(number));
  return Number(number) === low ? `${number}, that is ${low}` : `${number}, between ${low} and ${low + 1}`;
}
