// Leaving the page and coming back, told as evidence with a duration; and a last delivery when it goes away.
import * as absences from "../model/absences.js";
import { sendParting } from "./delivery.js";
import { beat } from "./heartbeat.js";

const keyOf = (exam) => `exam-absences:${exam.attemptId}`;

export function watchPresence(exam) {
  exam.absences = absences.nothing;
  let leaving = false; // a page that is unloaded becomes hidden too; that is no change of the tab

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      if (!leaving) record(exam, (all) => absences.begin(all, "tab_switch", Date.now()));
      exam.spent.hide(performance.now());
      exam.queue?.flush();
      beat(exam);
    } else {
      if (!exam.store.get().paused) exam.spent.back(performance.now());
      record(exam, (all) => absences.end(absences.forget(all, "blur"), "tab_switch", Date.now()));
      comeBack(exam);
    }
  });

  window.addEventListener("blur", () => {
    if (!leaving && document.visibilityState === "visible") record(exam, (all) => absences.begin(all, "blur", Date.now()));
    beat(exam);
  });
  window.addEventListener("focus", () => {
    record(exam, (all) => absences.end(all, "blur", Date.now()));
    comeBack(exam);
  });

  window.addEventListener("pagehide", () => {
    leaving = true;
    exam.queue?.storage.part();
    record(exam, (all) => absences.close(all, Date.now()));
    const changes = exam.queue && !exam.store.get().closed ? exam.queue.parting() : [];
    if (changes.length) sendParting(exam.attemptId, changes);
  });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (!event.persisted) return;
    exam.queue?.storage.stay();
    record(exam, (all) => absences.reopen(all, Date.now()));
    comeBack(exam);
  });
  window.addEventListener("offline", () => exam.store.set({ unreachable: true, restWorks: false }));
  window.addEventListener("online", () => comeBack(exam));
  exam.socket.on("connect", () => sendUntold(exam));
}

function comeBack(exam) {
  if (exam.store.get().connection === "connected") beat(exam);
  else exam.socket.reconnect();
  if (exam.queue?.pending.length) exam.queue.flush();
}

/** The exam is on the screen: what an earlier life of the page had begun to tell goes on here. */
export function resumePresence(exam) {
  record(exam, (all) => absences.reopen(all, Date.now()));
}

/** Changes what is known of absences, while there is an exam to be absent from. */
export function record(exam, change) {
  const { phase, paused, locked } = exam.store.get();
  if (phase !== "exam" || !exam.attemptId) return;
  const before = recall(exam);
  const next = change(before);
  // A pause is for leaving the page. What began before it ends as it would have.
  const begins = Object.keys(next.open).length > Object.keys(before.open).length;
  remember(exam, (paused || locked) && begins ? before : next);
  sendUntold(exam);
}

/** The storage is shared by the tabs of this browser: coming from one to the other is no long absence. */
function recall(exam) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(exam))) ?? exam.absences;
  } catch {
    return exam.absences;
  }
}

/** The attempt is over: nothing of it stays on this device. */
export function forgetAbsences(exam) {
  exam.absences = absences.nothing;
  try {
    localStorage.removeItem(keyOf(exam));
  } catch {
    // nothing was kept
  }
}

function remember(exam, all) {
  exam.absences = all;
  try {
    localStorage.setItem(keyOf(exam), JSON.stringify(all));
  } catch {
    // it lasts as long as the page
  }
}

/** One after the other; what fails waits for the next connection. */
async function sendUntold(exam) {
  if (exam.telling) return;
  exam.telling = true;
  try {
    while (exam.absences.untold.length && exam.socket.connected) {
      const [first] = exam.absences.untold;
      try {
        await exam.request("tab_violation", { attemptId: exam.attemptId, type: first.type, durationMs: first.durationMs });
      } catch (error) {
        if (error.isNetwork || error.needsLogin) return;
      }
      remember(exam, absences.told(recall(exam), first));
    }
  } finally {
    exam.telling = false;
  }
}
