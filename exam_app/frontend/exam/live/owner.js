// The exam belongs to the student who opened it. Who signs out in this browser, or signs in as somebody else, takes it
// from the screen; the page goes on when its student is back.
import { signedInAs } from "../../lib/device.js";

const LOOK_MS = 1000;

function isOwner(exam) {
  return signedInAs() === exam.boot.user.userId;
}

/** Calls `start` while the page belongs to the student who is signed in, now or later. */
export function watchOwner(exam, start) {
  let started = false;
  const look = () => {
    if (isOwner(exam)) {
      if (!started) start();
      else if (exam.store.get().phase === "other") location.reload();
      started = true;
    } else {
      leave(exam);
    }
  };
  look();
  setInterval(look, LOOK_MS);
  for (const event of ["pageshow", "focus", "visibilitychange"]) addEventListener(event, look);
}

/** Nothing of the exam stays on the screen. Answers that the server does not have are sealed on this device. */
function leave(exam) {
  if (exam.store.get().phase === "other") return;
  exam.queue?.storage.persistNow();
  exam.queue?.stop();
  exam.socket?.close();
  exam.store.set({ phase: "other", attempt: null, answers: {}, entries: [], session: null, messages: [], notices: [], conflicts: [], announcement: "" });
}
