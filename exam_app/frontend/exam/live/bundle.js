// Answers that cannot leave this device by the network leave it as a file, which the student hands to a person.
import { bundleContent, bundleName, sealBundle } from "../model/bundle.js";
import { countOf, isAway } from "../model/save-state.js";
import { canSeal } from "../model/seal.js";
import { parcel } from "./delivery.js";
import { announce } from "./notices.js";

/** `stranded`: answers wait, and the network has been away for so long that the file is worth a word. */
export function watchStranded(exam) {
  let timer = null;
  exam.store.subscribe((state) => {
    const waits = isAway(state) && countOf(state.entries).pending > 0;
    if (waits) {
      timer ??= setTimeout(() => exam.store.set({ stranded: true }), exam.boot.saving.strandedMs);
      return;
    }
    clearTimeout(timer);
    timer = null;
    if (state.stranded) exam.store.set({ stranded: false });
  });
}

/** There is something to seal, and what to seal it with. */
export function canSaveFile({ attempt, entries }) {
  return canSeal() && Boolean(attempt?.bundleKey) && countOf(entries).pending > 0;
}

export async function saveFile(exam) {
  const { attempt, answers } = exam.store.get();
  const waiting = parcel(exam.queue.parting()); // what is in a file keeps its change ids
  const content = bundleContent({ parcel: waiting, offset: exam.clock.offset, answers });
  download(bundleName(exam.boot.user, attempt.attemptId), await sealBundle(attempt.attemptId, attempt.bundleKey, content));
  announce(exam, "Your answers are in a file now. Give it to your teacher. They also stay on this device.");
  exam.store.set({ fileSaved: true });
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000); // a phone may ask first where to put it
}
