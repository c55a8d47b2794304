// Reports absences from the page as evidence, and sends pending answers when the page is closed.
import { elapsed } from "../../lib/clock.js";
import { forget, recall, remember } from "../../lib/device.js";
import * as absences from "../model/absences.js";
import { momentNow, sendOnUnload } from "./delivery.js";
import { sendHeartbeat } from "./heartbeat.js";

const keyOf = (exam) => `exam-absences:${exam.attemptId}`;

export function watchPresence(exam) {
  exam.absences = absences.nothing;
  let leaving = false; // an unloading page becomes hidden too, which is no tab switch

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      if (!leaving) record(exam, (all) => absences.begin(all, "tab_switch", momentNow(exam.clock)));
      exam.spent.hide(elapsed());
      exam.queue?.flush();
      sendHeartbeat(exam);
    } else {
      if (!exam.store.get().paused) exam.spent.resume(elapsed());
      record(exam, (all) => absences.end(absences.forget(all, "blur"), "tab_switch", momentNow(exam.clock)));
      pageReturned(exam);
    }
  });

  window.addEventListener("blur", () => {
    if (!leaving && document.visibilityState === "visible") record(exam, (all) => absences.begin(all, "blur", momentNow(exam.clock)));
    sendHeartbeat(exam);
  });
  window.addEventListener("focus", () => {
    record(exam, (all) => absences.end(all, "blur", momentNow(exam.clock)));
    pageReturned(exam);
  });

  window.addEventListener("pagehide", () => {
    leaving = true;
    exam.queue?.storage.persistNow();
    record(exam, (all) => absences.close(all, momentNow(exam.clock)));
    const changes = exam.queue && !exam.store.get().closed ? exam.queue.changesForUnload() : [];
    if (changes.length) sendOnUnload(exam.attemptId, changes, exam.clock);
  });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (!event.persisted) return;
    exam.queue?.storage.discardPersisted();
    record(exam, (all) => absences.reopen(all, momentNow(exam.clock)));
    pageReturned(exam);
  });
  window.addEventListener("offline", () => exam.store.set({ unreachable: true, restWorks: false }));
  window.addEventListener("online", () => pageReturned(exam));
  exam.socket.on("connect", () => reportAbsences(exam));
}

function pageReturned(exam) {
  if (exam.store.get().connection === "connected") sendHeartbeat(exam);
  else exam.socket.reconnect();
  if (exam.queue?.pending.length) exam.queue.flush();
}

/** The exam is shown: absences that began before a reload end here. */
export function resumePresence(exam) {
  record(exam, (all) => absences.reopen(all, momentNow(exam.clock)));
}

/** Changes the recorded absences, but only during the exam. */
export function record(exam, change) {
  const { phase, paused, locked } = exam.store.get();
  if (phase !== "exam" || !exam.attemptId) return;
  const before = load(exam);
  const next = change(before);
  // Students may leave the page during a pause. An absence that began before it ends as usual.
  const begins = Object.keys(next.open).length > Object.keys(before.open).length;
  save(exam, (paused || locked) && begins ? before : next);
  reportAbsences(exam);
}

/** From localStorage, which the tabs of this browser share: switching between two exam tabs is no long absence. */
function load(exam) {
  return recall(keyOf(exam)) ?? exam.absences;
}

/** The attempt is over: deletes its absences from this device. */
export function deleteAbsences(exam) {
  exam.absences = absences.nothing;
  forget(keyOf(exam));
}

function save(exam, all) {
  exam.absences = all;
  remember(keyOf(exam), all);
}

/** Sends one report after the other; what fails is retried at the next connection. */
async function reportAbsences(exam) {
  if (exam.reporting) return;
  exam.reporting = true;
  try {
    while (exam.absences.untold.length && exam.socket.connected) {
      const [first] = exam.absences.untold;
      try {
        await exam.request("tab_violation", { attemptId: exam.attemptId, type: first.type, durationMs: first.durationMs });
      } catch (error) {
        if (error.isNetwork || error.needsLogin) return;
      }
      save(exam, absences.reported(load(exam), first));
    }
  } finally {
    exam.reporting = false;
  }
}
