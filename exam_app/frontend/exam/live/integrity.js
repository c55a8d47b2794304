// What the test asks of the page: no copying, no pasting, no context menu, the full screen. Prevented and told
// as evidence where the test says so, and only there; nothing of it ever keeps a student from answering.
import * as absences from "../model/absences.js";
import { record } from "./presence.js";
import { announce, dismiss, dismissBy, notify } from "./notices.js";

const HINT_MS = 10_000;

const PREVENTED = {
  copy: ["preventCopy", "copy", "Copying is switched off in this exam."],
  cut: ["preventCopy", "copy", "Copying is switched off in this exam."],
  paste: ["preventPaste", "paste", "Pasting is switched off in this exam. Type your answer."],
  contextmenu: ["preventRightClick", "right_click", "The menu of the right button is switched off in this exam."],
};

export function watchIntegrity(exam) {
  for (const [event, [setting, type, words]] of Object.entries(PREVENTED)) {
    document.addEventListener(event, (happened) => {
      if (!asked(exam, setting)) return;
      happened.preventDefault();
      record(exam, (all) => absences.note(all, type, Date.now()));
      hint(exam, type, words);
    });
  }
  document.addEventListener("dragstart", (event) => asked(exam, "preventCopy") && event.preventDefault());
  document.addEventListener("drop", (event) => asked(exam, "preventPaste") && event.preventDefault());
  document.addEventListener("fullscreenchange", () => fullScreenChanged(exam));
}

/** Why nothing happened; it goes by itself, there is nothing to do about it. */
function hint(exam, about, title) {
  dismissBy(exam, about);
  const id = notify(exam, { about, title });
  setTimeout(() => dismiss(exam, id), HINT_MS);
}

/** True while the page should ask for the full screen, and can have it. */
export function wantsFullScreen(exam) {
  return asked(exam, "requireFullscreen") && document.fullscreenEnabled && !exam.store.get().fullScreen;
}

export async function goFullScreen(exam) {
  try {
    await document.documentElement.requestFullscreen({ navigationUI: "hide" });
  } catch {
    notify(exam, { kind: "warn", title: "This browser refused the full screen.", text: "Go on without it; your answers are saved all the same." });
  }
}

function asked(exam, setting) {
  const { phase, attempt } = exam.store.get();
  return phase === "exam" && Boolean(attempt.integrity?.[setting]);
}

function fullScreenChanged(exam) {
  const fullScreen = Boolean(document.fullscreenElement);
  exam.store.set({ fullScreen });
  if (!asked(exam, "requireFullscreen")) return;
  if (fullScreen) {
    record(exam, (all) => absences.end(all, "fullscreen_exit", Date.now()));
  } else {
    record(exam, (all) => absences.begin(all, "fullscreen_exit", Date.now()));
    announce(exam, "The full screen has ended. This exam asks for it: the button is at the bottom of the page.");
  }
}
