// Without a network, answers can be saved as a sealed file that the student gives to the teacher.
import { pageTime } from "../../lib/clock.js";
import { bundleContent, bundleName, sealBundle } from "../model/bundle.js";
import { countOf, isOffline } from "../model/save-state.js";
import { savePayload } from "./delivery.js";
import { announce } from "./notices.js";

/** `stranded`: answers are pending and the network has been down long enough to offer the file. */
export function watchStranded(exam) {
  let timer = null;
  exam.store.subscribe((state) => {
    const isStranded = isOffline(state) && countOf(state.entries).pending > 0;
    if (isStranded) {
      timer ??= setTimeout(() => exam.store.set({ stranded: true }), exam.boot.saving.strandedMs);
      return;
    }
    clearTimeout(timer);
    timer = null;
    if (state.stranded) exam.store.set({ stranded: false });
  });
}

/** There are pending answers, and a key to seal them with. */
export function canSaveFile({ attempt, entries }) {
  return Boolean(attempt?.bundleKey) && countOf(entries).pending > 0;
}

export function saveFile(exam) {
  const { attempt, answers } = exam.store.get();
  const payload = savePayload(exam.queue.changesForUnload(), exam.clock); // the change ids prevent duplicates if they are sent later
  const content = bundleContent({ payload, offset: exam.clock.aheadOf(pageTime()), answers });
  download(bundleName(exam.boot.user, attempt.attemptId), sealBundle(attempt.attemptId, attempt.bundleKey, content));
  announce(exam, "Your answers are in a file now. Give it to your teacher. They also stay on this device.");
  exam.store.set({ fileSaved: true });
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000); // a phone may first ask where to save it
}
