// Keys and the browser's Back, translated into what the student does.
import { commandFor, placeOf } from "../model/shortcuts.js";
import { indexFromHash, REVIEW_HASH } from "../model/location-hash.js";
import { chooseOption, goTo, openReview, step, toggleFlag } from "./actions.js";
import { tellTime } from "./deadline.js";
import { announce } from "./notices.js";

const SWITCH = "exam-single-keys";

export function singleKeys() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

/** Single keys can be switched off: they get in the way of speech input (WCAG 2.1.4). */
export function setSingleKeys(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // private mode: the choice lasts as long as the page
  }
}

export function listenToKeys(exam) {
  document.addEventListener("keydown", (event) => {
    const state = exam.store.get();
    if (event.defaultPrevented || state.phase !== "exam" || state.helpOpen || !singleKeys()) return;
    const command = commandFor(event, placeOf(event.target));
    if (command && obey(exam, state, command)) event.preventDefault();
  });
}

function obey(exam, state, { name, position }) {
  const question = state.attempt.questions[state.index];
  const atQuestion = state.view === "question" && !state.paused;
  switch (name) {
    case "next":
      if (!state.paused) step(exam, 1);
      return true;
    case "previous":
      if (!state.paused) step(exam, -1);
      return true;
    case "time":
      tellTime(exam);
      return true;
    case "help":
      exam.store.set({ helpOpen: true });
      return true;
    case "flag":
      if (atQuestion) toggleFlag(exam, question);
      return atQuestion;
    case "choose": {
      const option = atQuestion && question.options?.[position - 1];
      if (!option) return false;
      chooseOption(exam, question, option.optionId);
      announce(exam, `${position}: ${option.optionText}`);
      return true;
    }
    default:
      return false;
  }
}

export function listenToHistory(exam) {
  window.addEventListener("popstate", () => {
    if (exam.store.get().phase !== "exam") return;
    if (location.hash === REVIEW_HASH) return openReview(exam, { remember: false });
    const index = indexFromHash(location.hash);
    if (index !== null) goTo(exam, index, { remember: false });
  });
}
