// Responses by question type: empty, answered, changed, and as text. Pure.
export { countWords } from "../../lib/words.js";

const LISTS = { matching: "pairs", ordering: "order", cloze: "gaps" };

export function emptyResponse(question) {
  if (question.options?.length) return { selectedOptionIds: [] };
  if (LISTS[question.questionType]) return { [LISTS[question.questionType]]: [] };
  return question.questionType === "numerical" ? { number: "" } : { text: "" };
}

export function isAnswered(response) {
  if (!response) return false;
  const list = response.selectedOptionIds ?? response.pairs ?? response.order ?? response.gaps;
  if (Array.isArray(list)) return list.length > 0;
  return Boolean(String(response.number ?? response.text ?? "").trim());
}

/** Ignores the order of keys, which the server does not preserve. */
export function sameResponse(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!value || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The response after choosing an option; in a multiple response this toggles it. */
export function choose(question, response, optionId) {
  const chosen = response?.selectedOptionIds ?? [];
  if (question.questionType !== "multiple_response") return { selectedOptionIds: [optionId] };
  const next = chosen.includes(optionId) ? chosen.filter((id) => id !== optionId) : [...chosen, optionId];
  const order = question.options.map((option) => option.optionId);
  return { selectedOptionIds: order.filter((id) => next.includes(id)) };
}

/** The response after matching a stem; null clears its choice. */
export function match(response, stemId, choiceId) {
  const others = response.pairs.filter((pair) => pair.stemId !== stemId);
  const pairs = choiceId === null ? others : [...others, { stemId, choiceId }];
  return { pairs: pairs.sort((a, b) => a.stemId - b.stemId) };
}

/** The displayed order: the student's, or the initial one before the first move. */
export function orderOf(question, response) {
  return response.order.length ? response.order : question.items.map((item) => item.itemId);
}

/** The response after moving an item by `by` positions, at most to an end of the list. */
export function move(question, response, itemId, by) {
  const order = [...orderOf(question, response)];
  const from = order.indexOf(itemId);
  const to = Math.max(0, Math.min(order.length - 1, from + by));
  order.splice(to, 0, ...order.splice(from, 1));
  return { order };
}

/** The response after filling a gap; an empty inner response removes the gap. */
export function fill(response, gapId, inner) {
  const others = response.gaps.filter((gap) => gap.gapId !== gapId);
  const gaps = isAnswered(inner) ? [...others, { gapId, response: inner }] : others;
  return { gaps: gaps.sort((a, b) => a.gapId - b.gapId) };
}

export function inGap(response, gapId) {
  return response.gaps.find((gap) => gap.gapId === gapId)?.response ?? null;
}

/** The text of a cloze question as segments: {text} or {gap}, in order. */
export function clozeSegments(question) {
  const gaps = new Map(question.gaps.map((gap) => [String(gap.gapId), gap]));
  return question.questionText.split(/\[\[([0-9]+)\]\]/).map((part, index) => (index % 2 ? { gap: gaps.get(part) } : { text: part }));
}

/** The text of a question for a list, with blanks for gaps. */
export function textInLine(question) {
  if (question.questionType !== "cloze") return question.questionText;
  return clozeSegments(question).map(({ text, gap }) => (gap ? "_____" : text)).join("");
}

/** A response as human-readable text, for "The other answer was: ...". */
export function responseText(question, response) {
  if (!isAnswered(response)) return "no answer";
  if (response.selectedOptionIds) return textsOf(question.options, "option", response.selectedOptionIds).join("; ");
  if (response.pairs) {
    return response.pairs
      .map(({ stemId, choiceId }) => `${textsOf(question.stems, "stem", [stemId])} → ${textsOf(question.choices, "choice", [choiceId])}`)
      .join("; ");
  }
  if (response.order) return response.order.map((id, index) => `${index + 1}. ${textsOf(question.items, "item", [id])}`).join("; ");
  if (response.gaps) return response.gaps.map(({ gapId, response: inner }) => `(${gapId}) ${gapText(question, gapId, inner)}`).join("; ");
  return [response.number ?? response.text, response.unit].filter(Boolean).join(" ");
}

function gapText(question, gapId, inner) {
  return responseText(question.gaps.find((gap) => gap.gapId === gapId), inner);
}

/** The texts of the entries with these ids, in the order of the list. */
function textsOf(entries, name, ids) {
  return entries.filter((entry) => ids.includes(entry[`${name}Id`])).map((entry) => entry[`${name}Text`]);
}
