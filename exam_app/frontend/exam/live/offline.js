// A reload without the server: the page comes from the service worker, the paper and the saved answers from IndexedDB.
// Both stay on this device only until the attempt is closed and no answer is pending.
import { pageTime, timeOfDay } from "../../lib/clock.js";
import { forgetPaper, keepPaper, paperOf, postToWorker } from "../../lib/device.js";
import { countOf } from "../model/save-state.js";
import { adoptAttempt } from "./adopt.js";

/** Stores what a reload needs whenever it changes, and deletes it at the end. */
export function watchOffline(exam) {
  let stored = {}; // null after the deletion
  let last = exam.tidied; // sequential writes, so that none follows a deletion, of this page or of the one before
  let isScheduled = false; // a scheduled write stores the latest state
  let hasPage = false;
  let images = "";
  exam.store.subscribe(({ phase, attempt, answers, entries, locked }) => {
    if (!hasPage && (phase === "waiting" || phase === "exam")) {
      hasPage = true; // in the waiting room already: at the start the whole class would fetch it at once
      last = last.then(() => postToWorker({ keep: location.pathname }));
    }
    const shown = phase === "exam" ? imageUrls(attempt) : [];
    if (shown.length && shown.join() !== images) {
      images = shown.join();
      last = last.then(() => postToWorker({ keep: location.pathname, pictures: shown }));
    }
    const over = phase === "closed" && !countOf(entries).pending; // pending answers still need the page
    if (over || phase === "gone") {
      if (stored !== null) last = last.then(() => forgetPaper(location.pathname));
      stored = null;
      hasPage = false;
      images = ""; // deleted with the page; a reopened attempt needs them again
    } else if (phase === "exam" && (attempt !== stored?.attempt || answers !== stored?.answers || locked !== stored?.locked)) {
      stored = { attempt, answers, locked };
      if (isScheduled) return;
      isScheduled = true;
      last = last.then(() => {
        isScheduled = false;
        return stored && save(exam);
      });
    }
  });
}

/** Restores the attempt from this device, if it belongs to this student. Resolves with true on success. */
export async function resumeOffline(exam) {
  const found = await paperOf(location.pathname);
  if (!found || found.userId !== exam.boot.user.userId) return false;
  exam.clock.startFrom(timeOfDay() + found.ahead);
  exam.wasLocked = Boolean(found.locked);
  await adoptAttempt(exam, found.state);
  return true;
}

function imageUrls(attempt) {
  return attempt.questions.flatMap((question) => (question.images ?? []).map((image) => image.url));
}

function save(exam) {
  const { attempt: head, answers, phase, locked } = exam.store.get();
  if (phase !== "exam") return undefined;
  const state = { ...exam.adopted, ...head, answers: Object.values(answers) };
  const { userId } = exam.boot.user;
  return keepPaper({ path: location.pathname, userId, attemptId: exam.attemptId, ahead: exam.clock.aheadOf(pageTime()), locked, state });
}
