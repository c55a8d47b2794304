// What a response is, for each type of question: empty, answered, changed, and in words. Pure.

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

/** The order of keys does not matter: the server keeps its own. */
export function sameResponse(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (!value || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The response after choosing an option: one only, or switched on and off. */
export function choose(question, response, optionId) {
  const chosen = response?.selectedOptionIds ?? [];
  if (question.questionType !== "multiple_response") return { selectedOptionIds: [optionId] };
  const next = chosen.includes(optionId) ? chosen.filter((id) => id !== optionId) : [...chosen, optionId];
  const order = question.options.map((option) => option.optionId);
  return { selectedOptionIds: order.filter((id) => next.includes(id)) };
}

/** The response after choosing for a stem; null takes the choice away. */
export function match(response, stemId, choiceId) {
  const others = response.pairs.filter((pair) => pair.stemId !== stemId);
  const pairs = choiceId === null ? others : [...others, { stemId, choiceId }];
  return { pairs: pairs.sort((a, b) => a.stemId - b.stemId) };
}

/** The order on the screen: the student's, or before that the one in which the items are shown. */
export function orderOf(question, response) {
  return response.order.length ? response.order : question.items.map((item) => item.itemId);
}

/** The response after moving an item by `by` places; at the end of the list it stays. */
export function move(question, response, itemId, by) {
  const order = [...orderOf(question, response)];
  const from = order.indexOf(itemId);
  const to = Math.max(0, Math.min(order.length - 1, from + by));
  order.splice(to, 0, ...order.splice(from, 1));
  return { order };
}

/** The response after filling a gap with what its type takes; an empty one is taken away. */
export function fill(response, gapId, inner) {
  const others = response.gaps.filter((gap) => gap.gapId !== gapId);
  const gaps = isAnswered(inner) ? [...others, { gapId, response: inner }] : others;
  return { gaps: gaps.sort((a, b) => a.gapId - b.gapId) };
}

export function inGap(response, gapId) {
  return response.gaps.find((gap) => gap.gapId === gapId)?.response ?? null;
}

/** The text of a cloze question in pieces: {text} and {gap}, in order. */
export function clozePieces(question) {
  const gaps = new Map(question.gaps.map((gap) => [String(gap.gapId), gap]));
  return question.questionText.split(/\[\[([0-9]+)\]\]/).map((piece, index) => (index % 2 ? { gap: gaps.get(piece) } : { text: piece }));
}

/** The text of a question in one line of a list: gaps are blanks. */
export function textInLine(question) {
  if (question.questionType !== "cloze") return question.questionText;
  return clozePieces(question).map(({ text, gap }) => (gap ? "_____" : text)).join("");
}

/** As the server counts them. */
export function wordsIn(text) {
  return text.split(/\s+/).filter(Boolean).length;
}

/** A response in words, for "your earlier answer was ...". */
export function responseWords(question, response) {
  if (!isAnswered(response)) return "no answer";
  if (response.selectedOptionIds) return named(question.options, "option", response.selectedOptionIds).join("; ");
  if (response.pairs) {
    return response.pairs
      .map(({ stemId, choiceId }) => `${named(question.stems, "stem", [stemId])} → ${named(question.choices, "choice", [choiceId])}`)
      .join("; ");
  }
  if (response.order) return response.order.map((id, index) => `${index + 1}. ${named(question.items, "item", [id])}`).join("; ");
  if (response.gaps) return response.gaps.map(({ gapId, response: inner }) => `(${gapId}) ${gapWords(question, gapId, inner)}`).join("; ");
  return [response.number ?? response.text, response.unit].filter(Boolean).join(" ");
}

function gapWords(question, gapId, inner) {
  return responseWords(question.gaps.find((gap) => gap.gapId === gapId), inner);
}

/** The texts of the entries with these ids, in the order of the list. */
function named(entries, name, ids) {
  return entries.filter((entry) => ids.includes(entry[`${name}Id`])).map((entry) => entry[`${name}Text`]);
}
