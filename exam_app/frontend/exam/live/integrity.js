// The integrity settings of the test: no copying, no pasting, no context menu, full screen. Where a setting is on, the
// page prevents the action and reports it as evidence. No setting ever keeps a student from answering.
import * as absences from "../model/absences.js";
import { momentNow } from "./delivery.js";
import { record } from "./presence.js";
import { announce, dismiss, dismissBy, notify } from "./notices.js";

const HINT_MS = 10_000;

const PREVENTED = {
  copy: ["preventCopy", "copy", "Copying is disabled in this exam."],
  cut: ["preventCopy", "copy", "Copying is disabled in this exam."],
  paste: ["preventPaste", "paste", "Pasting is disabled in this exam. Type your answer."],
  contextmenu: ["preventRightClick", "right_click", "The context menu is disabled in this exam."],
};

export function watchIntegrity(exam) {
  for (const [event, [setting, type, title]] of Object.entries(PREVENTED)) {
    document.addEventListener(event, (domEvent) => {
      if (!isRequired(exam, setting)) return;
      domEvent.preventDefault();
      record(exam, (all) => absences.note(all, type, momentNow(exam.clock)));
      hint(exam, type, title);
    });
  }
  document.addEventListener("dragstart", (event) => isRequired(exam, "preventCopy") && event.preventDefault());
  document.addEventListener("drop", (event) => isRequired(exam, "preventPaste") && event.preventDefault());
  document.addEventListener("fullscreenchange", () => fullScreenChanged(exam));
}

/** Explains why nothing happened. The notice disappears after a while, since it needs no action. */
function hint(exam, about, title) {
  dismissBy(exam, about);
  const id = notify(exam, { about, title });
  setTimeout(() => dismiss(exam, id), HINT_MS);
}

/** True while the page should be in full screen, is not, and the browser allows it. */
export function wantsFullScreen(exam) {
  return isRequired(exam, "requireFullscreen") && document.fullscreenEnabled && !exam.store.get().fullScreen;
}

export async function goFullScreen(exam) {
  try {
    await document.documentElement.requestFullscreen({ navigationUI: "hide" });
  } catch {
    notify(exam, { kind: "warn", title: "This browser did not allow full screen.", text: "Continue without it: your answers are saved as usual." });
  }
}

function isRequired(exam, setting) {
  const { phase, attempt } = exam.store.get();
  return phase === "exam" && Boolean(attempt.integrity?.[setting]);
}

function fullScreenChanged(exam) {
  const fullScreen = Boolean(document.fullscreenElement);
  exam.store.set({ fullScreen });
  if (!isRequired(exam, "requireFullscreen")) return;
  if (fullScreen) {
    record(exam, (all) => absences.end(all, "fullscreen_exit", momentNow(exam.clock)));
  } else {
    record(exam, (all) => absences.begin(all, "fullscreen_exit", momentNow(exam.clock)));
    announce(exam, "You have left full screen, which this exam requires. The button to return is at the bottom of the page.");
  }
}
