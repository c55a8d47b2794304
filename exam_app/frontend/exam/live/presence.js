// Leaving the page and coming back, told as evidence with a duration; and a last delivery when it goes away.
import { sendParting } from "./delivery.js";
import { beat } from "./heartbeat.js";

const DAY_MS = 86_400_000;
const SHORTEST_BLUR_MS = 1000; // a click into the address bar is not worth a line

export function watchPresence(exam) {
  const away = { hiddenSince: null, blurredSince: null };
  exam.untold = [];

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      away.hiddenSince ??= Date.now();
      exam.spent.hide(performance.now());
      exam.queue?.flush();
      beat(exam);
    } else {
      exam.spent.back(performance.now());
      if (away.hiddenSince !== null) tell(exam, "tab_switch", Date.now() - away.hiddenSince);
      away.hiddenSince = null;
      away.blurredSince = null; // the same absence
      comeBack(exam);
    }
  });

  window.addEventListener("blur", () => {
    away.blurredSince ??= Date.now();
    beat(exam);
  });
  window.addEventListener("focus", () => {
    const since = away.blurredSince;
    away.blurredSince = null;
    if (since !== null && away.hiddenSince === null && Date.now() - since >= SHORTEST_BLUR_MS) tell(exam, "blur", Date.now() - since);
    comeBack(exam);
  });

  window.addEventListener("pagehide", () => {
    const changes = exam.queue && !exam.store.get().closed ? exam.queue.parting() : [];
    if (changes.length) sendParting(exam.attemptId, changes);
  });
  window.addEventListener("pageshow", (event) => event.persisted && comeBack(exam));
  window.addEventListener("offline", () => exam.store.set({ unreachable: true, restWorks: false }));
  window.addEventListener("online", () => comeBack(exam));
  exam.socket.on("connect", () => sendUntold(exam));
}

function comeBack(exam) {
  if (exam.store.get().connection === "connected") beat(exam);
  else exam.socket.reconnect();
  if (exam.queue?.pending.length) exam.queue.flush();
}

function tell(exam, type, durationMs) {
  if (exam.store.get().phase !== "exam" || !exam.attemptId) return;
  exam.untold = [...exam.untold, { attemptId: exam.attemptId, type, durationMs: Math.min(DAY_MS, Math.max(0, Math.round(durationMs))) }].slice(-50);
  sendUntold(exam);
}

/** One after the other; what fails waits for the next connection. */
async function sendUntold(exam) {
  while (exam.untold.length && exam.socket.connected) {
    const [first] = exam.untold;
    try {
      await exam.request("tab_violation", first);
    } catch (error) {
      if (error.isNetwork) return;
    }
    exam.untold = exam.untold.filter((one) => one !== first);
  }
}
