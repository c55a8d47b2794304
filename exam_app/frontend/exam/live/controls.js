// Keyboard shortcuts and the browser's Back button as the student's actions.
import { recall, remember } from "../../lib/device.js";
import { isolated } from "../../lib/direction.js";
import { newView } from "../../lib/presses.js";
import { commandForKey, contextOf } from "../model/shortcuts.js";
import { indexFromHash, REVIEW_HASH } from "../model/location-hash.js";
import { chooseOption, goTo, openReview, step, toggleFlag } from "./actions.js";
import { announceTime } from "./deadline.js";
import { announce } from "./notices.js";

const STORAGE_KEY = "exam-single-keys";

export function singleKeys() {
  return recall(STORAGE_KEY) !== "off";
}

/** Single-key shortcuts can be switched off, because they interfere with speech input (WCAG 2.1.4). */
export function setSingleKeys(on) {
  remember(STORAGE_KEY, on ? "on" : "off");
}

export function listenToKeys(exam) {
  document.addEventListener("keydown", (event) => {
    const state = exam.store.get();
    if (event.defaultPrevented || state.phase !== "exam" || state.helpOpen || !singleKeys()) return;
    const command = commandForKey(event, contextOf(event.target));
    if (command && runCommand(exam, state, command)) event.preventDefault();
  });
}

function runCommand(exam, state, { name, position }) {
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
      announceTime(exam);
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
      announce(exam, `${position}: ${isolated(option.optionText)}`);
      return true;
    }
    default:
      return false;
  }
}

/** Tells the guard of presses when the student sees something else. */
export function watchViews(exam) {
  let shown = "";
  exam.store.subscribe(({ phase, view, index, paused, locked, helpOpen }) => {
    const now = [phase, view, index, paused, locked, helpOpen].join();
    if (now !== shown) newView();
    shown = now;
  });
}

export function listenToHistory(exam) {
  window.addEventListener("popstate", () => {
    if (exam.store.get().phase !== "exam") return;
    if (location.hash === REVIEW_HASH) return openReview(exam, { remember: false });
    const index = indexFromHash(location.hash);
    if (index !== null) goTo(exam, index, { remember: false });
  });
}
