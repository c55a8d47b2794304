// Announcements in the polite live region, and notices that stay until the student dismisses them.
import { isolated } from "../../lib/direction.js";

let lastId = 0;

/** A non-breaking space makes screen readers repeat the same text. */
export function announce(exam, text) {
  exam.store.set((state) => ({ ...state, announcement: state.announcement === text ? `${text}\u00a0` : text }));
}

export function notify(exam, notice) {
  const id = ++lastId;
  exam.store.set((state) => ({ ...state, notices: [...state.notices, { kind: "info", ...notice, id }].slice(-4) }));
  announce(exam, [notice.title, isolated(notice.text ?? "")].filter(Boolean).join(" "));
  return id;
}

/** Dismisses earlier notices about the same subject. */
export function dismissBy(exam, about) {
  exam.store.set((state) => ({ ...state, notices: state.notices.filter((notice) => notice.about !== about) }));
}

export function dismiss(exam, id) {
  exam.store.set((state) => ({ ...state, notices: state.notices.filter((notice) => notice.id !== id) }));
}
