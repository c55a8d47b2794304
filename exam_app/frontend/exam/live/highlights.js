// Highlights are kept on this device; the server hears of each new one as part of the attempt's record.
import { addStretch, removeStretch } from "../model/highlights.js";
import { announce } from "./tell.js";

const MAX_TEXT = 5000;
const keyOf = (exam) => `exam-highlights:${exam.attemptId}`;

export function highlightsOf(exam) {
  if (!exam.highlights) {
    try {
      exam.highlights = JSON.parse(localStorage.getItem(keyOf(exam))) ?? {};
    } catch {
      exam.highlights = {};
    }
  }
  return exam.highlights;
}

function keep(exam, passageId, stretches) {
  exam.highlights = { ...highlightsOf(exam), [passageId]: stretches };
  try {
    localStorage.setItem(keyOf(exam), JSON.stringify(exam.highlights));
  } catch {
    // they last as long as the page
  }
  return stretches;
}

export function addHighlight(exam, passage, [start, end]) {
  const text = passage.text.slice(start, end).slice(0, MAX_TEXT);
  exam.socket.send("text_highlighted", { attemptId: exam.attemptId, passageId: passage.passageId, text, start, end });
  announce(exam, "Highlighted.");
  return keep(exam, passage.passageId, addStretch(highlightsOf(exam)[passage.passageId] ?? [], [start, end]));
}

export function removeHighlight(exam, passage, start) {
  announce(exam, "Highlight removed.");
  return keep(exam, passage.passageId, removeStretch(highlightsOf(exam)[passage.passageId] ?? [], start));
}
