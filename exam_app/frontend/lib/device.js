// What a browser keeps of exams, and for whom. The only module of the pages that touches what outlives them: IndexedDB,
// localStorage, caches and the service worker. Any of these may be missing, full, or never answer.
//
// | what                                  | where                                 | until                                     |
// | changes that the server does not have | IndexedDB `exam-answers`              | the server has them; sealed for the owner |
// | those of a page that is being closed  | localStorage `exam-parting:`          | the next page moves them there            |
// | paper and saved answers               | IndexedDB `exam-papers`               | attempt over, signed out, somebody else   |
// | page and pictures                     | caches `exam-pages`, `exam-pictures:` | the same                                  |
// | absences, marks in passages           | localStorage                          | the same                                  |
// | answers for the attempt after a reset | sessionStorage `exam-begun-anew`      | the next page has read them; sealed       |
// | place and label of the last press     | sessionStorage `exam-press`           | the next page has read it                 |
// | id of the user who was here last      | localStorage `exam-owner`             | another user signs in or out              |
// | id of the device, shortcuts on or off | localStorage                          | for good: they say nothing of a person    |
import { openDB } from "idb";
import { within } from "./within.js";

export const ANSWER_MS = 5000; // a slow disk answers sooner; a page that waits longer is taken for broken

const OWNER = "exam-owner";
const OF_A_PERSON = ["exam-absences:", "exam-highlights:", "exam-begun-anew"];
const PAPERS = "papers";
export const CHANGES = "changes";

/** The id of the user who is signed in, by the server's cookie; "" after signing out. */
export function signedInAs(cookies = document.cookie) {
  return /(?:^|;\s*)exam_user=([^;]*)/.exec(cookies)?.[1] ?? "";
}

/** A value of localStorage; null without one. */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** False when the browser does not store it. */
export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** A value for the next page of this tab. */
export function handOver(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // the next page goes on without it
  }
}

/** What the page before has handed over, once; null if `isMeant` does not hold for it. */
export function takeOver(key, isMeant) {
  try {
    const value = JSON.parse(sessionStorage.getItem(key));
    if (!value || !isMeant(value)) return null;
    sessionStorage.removeItem(key);
    return value;
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was stored
  }
}

/** The database of changes. May never settle: see `within`. */
export async function openChanges() {
  return openDB("exam-answers", 1, {
    upgrade(db) {
      db.createObjectStore(CHANGES, { keyPath: "changeId" }).createIndex("attemptId", "attemptId");
    },
    blocking(_old, _new, event) {
      event.target.close(); // a newer version of the page wants to upgrade the schema
    },
  });
}

/** True when this browser really stores what is written; checked in the waiting room. */
export async function storageWorks() {
  try {
    const db = await within(ANSWER_MS, openChanges());
    const probe = { changeId: `probe-${Math.random()}`, attemptId: "probe" };
    const write = async () => {
      await db.put(CHANGES, probe);
      const found = await db.get(CHANGES, probe.changeId);
      await db.delete(CHANGES, probe.changeId);
      return Boolean(found);
    };
    return await within(ANSWER_MS, write()).finally(() => db.close());
  } catch {
    return false;
  }
}

/** Runs `work(store)` on the stored papers; undefined when the browser has no storage. */
async function withPapers(work) {
  const run = async () => {
    const db = await openDB("exam-papers", 1, { upgrade: (fresh) => fresh.createObjectStore(PAPERS, { keyPath: "path" }) });
    try {
      return await work(db);
    } finally {
      db.close();
    }
  };
  try {
    return await within(ANSWER_MS, run());
  } catch (error) {
    console.warn("The exam cannot be stored for an offline reload.", error);
    return undefined;
  }
}

/** `paper`: {path, userId, attemptId, …}. Only where the page itself can be opened without the network. */
export async function keepPaper(paper) {
  if (navigator.serviceWorker) await withPapers((db) => db.put(PAPERS, paper));
}

export function paperOf(path) {
  return withPapers((db) => db.get(PAPERS, path));
}

export function forgetPaper(path) {
  postToWorker({ forget: path });
  return withPapers((db) => db.delete(PAPERS, path));
}

/** Asks the service worker to cache a page, or its pictures. Needs a secure context. */
export async function postToWorker(message) {
  if (!navigator.serviceWorker) return;
  try {
    await within(ANSWER_MS, navigator.serviceWorker.register("/sw.js"));
    const { active } = await within(ANSWER_MS, navigator.serviceWorker.ready);
    active?.postMessage(message);
  } catch (error) {
    console.warn("The page cannot be cached for an offline reload.", error);
  }
}

/**
 * Called by every page: forgets what belongs to anybody but `userId` ("" when signed out), and papers of attempts that
 * are over, by `isOver(attemptId)`. Changes that the server does not have stay: they are sealed for their owner.
 */
export async function tidy(userId, isOver) {
  if (recall(OWNER) !== userId) {
    forgetPerson();
    remember(OWNER, userId);
    await forgetPages();
  }
  const papers = (await withPapers((db) => db.getAll(PAPERS))) ?? [];
  for (const { path, userId: owner, attemptId } of papers) {
    if (owner !== userId || (await isOver(attemptId))) await forgetPaper(path);
  }
}

function forgetPerson() {
  for (const storage of ["localStorage", "sessionStorage"]) {
    try {
      const kept = globalThis[storage];
      const keys = Object.keys(kept).filter((key) => OF_A_PERSON.some((start) => key.startsWith(start)));
      for (const key of keys) kept.removeItem(key);
    } catch {
      // nothing can be stored, so nothing was
    }
  }
}

async function forgetPages() {
  if (!globalThis.caches) return;
  const all = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("exam-"));
    await Promise.all(names.map((name) => caches.delete(name)));
  };
  await within(ANSWER_MS, all()).catch((error) => console.warn("The cached pages could not be deleted.", error));
}

/** The attempts of this user with changes on this device that the server does not have: their ids. */
export async function undelivered(userId) {
  try {
    const db = await within(ANSWER_MS, openChanges());
    const all = await within(ANSWER_MS, db.getAll(CHANGES)).finally(() => db.close());
    return [...new Set(all.filter((entry) => entry.userId === userId).map((entry) => entry.attemptId))];
  } catch {
    return [];
  }
}
