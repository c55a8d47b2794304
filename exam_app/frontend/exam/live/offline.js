// A reload without the server: the page comes from the service worker, the paper and the saved answers from IndexedDB.
// Both stay on this device only until the attempt is closed and no answer is pending.
import { openDB } from "idb";
import { countOf } from "../model/save-state.js";
import { adoptAttempt } from "./adopt.js";

const NAME = "exam-papers";
const PAPERS = "papers";

/** Stores what a reload needs whenever it changes, and deletes it at the end. */
export function watchOffline(exam) {
  let stored = {};
  let last = Promise.resolve(); // sequential writes, so that no write follows the deletion
  let isScheduled = false; // a scheduled write stores the latest state
  let hasPage = false;
  let images = "";
  exam.store.subscribe(({ phase, attempt, answers, entries }) => {
    if (!hasPage && (phase === "waiting" || phase === "exam")) {
      hasPage = true; // in the waiting room already: at the start the whole class would fetch it at once
      postToWorker({ keep: location.pathname });
    }
    const shown = phase === "exam" ? imageUrls(attempt) : [];
    if (shown.length && shown.join() !== images) {
      images = shown.join();
      postToWorker({ keep: location.pathname, pictures: shown });
    }
    const over = phase === "closed" && !countOf(entries).pending; // pending answers still need the page
    if (over || phase === "gone") {
      if (stored !== null) last = last.then(remove);
      stored = null;
    } else if (phase === "exam" && stored && (attempt !== stored.attempt || answers !== stored.answers)) {
      stored = { attempt, answers };
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
  const found = await withDatabase((db) => db.get(PAPERS, location.pathname));
  if (!found || found.userId !== exam.boot.user.userId) return false;
  exam.clock.startFrom(found.offset);
  await adoptAttempt(exam, found.state);
  return true;
}

function imageUrls(attempt) {
  return attempt.questions.flatMap((question) => (question.images ?? []).map((image) => image.url));
}

function save(exam) {
  const { attempt: head, answers } = exam.store.get();
  const state = { ...exam.adopted, ...head, answers: Object.values(answers) };
  const entry = { path: location.pathname, userId: exam.boot.user.userId, offset: exam.clock.target, state };
  return withDatabase((db) => db.put(PAPERS, entry));
}

function remove() {
  postToWorker({ forget: location.pathname });
  return withDatabase((db) => db.delete(PAPERS, location.pathname));
}

/** Without IndexedDB the exam still works; the waiting room has warned the student. */
async function withDatabase(work) {
  try {
    const db = await openDB(NAME, 1, { upgrade: (fresh) => fresh.createObjectStore(PAPERS, { keyPath: "path" }) });
    try {
      return await work(db);
    } finally {
      db.close();
    }
  } catch (error) {
    console.warn("The exam cannot be stored for an offline reload.", error);
    return undefined;
  }
}

/** Service workers need a secure context: over plain HTTP a reload needs the server. */
async function postToWorker(message) {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage(message);
  } catch (error) {
    console.warn("The page cannot be cached for an offline reload.", error);
  }
}
