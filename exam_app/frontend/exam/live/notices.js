// Words to the student: the polite live region, and notices that stay until they are put away.

let lastId = 0;

/** Spoken by a screen reader when it is free; the same words twice are spoken twice. */
export function announce(exam, text) {
  exam.store.set((state) => ({ ...state, announcement: state.announcement === text ? `${text}\u00a0` : text }));
}

export function notify(exam, notice) {
  const id = ++lastId;
  exam.store.set((state) => ({ ...state, notices: [...state.notices, { kind: "info", ...notice, id }].slice(-4) }));
  announce(exam, [notice.title, notice.text].filter(Boolean).join(" "));
  return id;
}

/** Puts away what was said before about the same thing. */
export function dismissBy(exam, about) {
  exam.store.set((state) => ({ ...state, notices: state.notices.filter((notice) => notice.about !== about) }));
}

export function dismiss(exam, id) {
  exam.store.set((state) => ({ ...state, notices: state.notices.filter((notice) => notice.id !== id) }));
}
