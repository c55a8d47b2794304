// A reload without the server: the page comes from the service worker, the paper and what the server has of
// the answers from here. Both stay on this device until the attempt is closed and nothing waits, and no longer.
import { openDB } from "idb";
import { countOf } from "../model/save-state.js";
import { adoptAttempt } from "./adopt.js";

const NAME = "exam-papers";
const PAPERS = "papers";

/** Keeps what is needed to go on, whenever it changes; takes it away at the end. */
export function watchOffline(exam) {
  let kept = {};
  let last = Promise.resolve(); // one write after the other, so that nothing comes back after the end
  let waits = false; // a write that waits takes the newest there is
  let hasPage = false;
  let pictures = "";
  exam.store.subscribe(({ phase, attempt, answers, entries }) => {
    if (!hasPage && (phase === "waiting" || phase === "exam")) {
      hasPage = true; // in the waiting room already: at the start everybody would fetch it at once
      tellWorker({ keep: location.pathname });
    }
    const shown = phase === "exam" ? picturesOf(attempt) : [];
    if (shown.length && shown.join() !== pictures) {
      pictures = shown.join();
      tellWorker({ keep: location.pathname, pictures: shown });
    }
    const over = phase === "closed" && !countOf(entries).pending; // what waits needs its page
    if (over || phase === "gone") {
      if (kept !== null) last = last.then(forget);
      kept = null;
    } else if (phase === "exam" && kept && (attempt !== kept.attempt || answers !== kept.answers)) {
      kept = { attempt, answers };
      if (waits) return;
      waits = true;
      last = last.then(() => {
        waits = false;
        return kept && keep(exam);
      });
    }
  });
}

/** Goes on from what this device has, if it is this student's. Resolves with whether it could. */
export async function goOnFromDevice(exam) {
  const found = await attempt((db) => db.get(PAPERS, location.pathname));
  if (!found || found.userId !== exam.boot.user.userId) return false;
  exam.clock.startFrom(found.offset);
  await adoptAttempt(exam, found.state);
  return true;
}

function picturesOf(attempt) {
  return attempt.questions.flatMap((question) => (question.images ?? []).map((image) => image.url));
}

function keep(exam) {
  const { attempt: head, answers } = exam.store.get();
  const state = { ...exam.adopted, ...head, answers: Object.values(answers) };
  const entry = { path: location.pathname, userId: exam.boot.user.userId, offset: exam.clock.target, state };
  return attempt((db) => db.put(PAPERS, entry));
}

function forget() {
  tellWorker({ forget: location.pathname });
  return attempt((db) => db.delete(PAPERS, location.pathname));
}

/** A browser that keeps nothing can still take the exam; the waiting room has told so. */
async function attempt(work) {
  try {
    const db = await openDB(NAME, 1, { upgrade: (fresh) => fresh.createObjectStore(PAPERS, { keyPath: "path" }) });
    try {
      return await work(db);
    } finally {
      db.close();
    }
  } catch (error) {
    console.warn("This browser keeps nothing for a reload without network.", error);
    return undefined;
  }
}

/** Service workers exist in secure contexts only: over plain http a reload needs the server. */
async function tellWorker(message) {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage(message);
  } catch (error) {
    console.warn("This page cannot be kept for a reload without network.", error);
  }
}
