// What the proctors say. A message stays on the page until the student has confirmed it, through a reload too;
// the server learns that it was shown, and then that it was read.
import { announce } from "./notices.js";

export function watchMessages(exam) {
  exam.unconfirmed = new Set(); // confirmed here, and the server does not know yet
  exam.socket.on("connect", () => report(exam));
  document.addEventListener("visibilitychange", () => report(exam));
}

/** The server's list; what was confirmed here stays confirmed. */
export function adoptMessages(exam, list) {
  const known = new Map(exam.store.get().messages.map((message) => [message.messageId, message]));
  const news = list.filter((message) => !known.has(message.messageId));
  for (const message of list) {
    const confirmed = message.confirmed || Boolean(known.get(message.messageId)?.confirmed);
    known.set(message.messageId, { ...message, confirmed });
  }
  const messages = [...known.values()].sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  exam.store.set({ messages });
  const unread = news.filter((message) => !message.confirmed);
  if (unread.length) announce(exam, unread.map(words).join(" "));
  report(exam);
}

export function receiveMessage(exam, { messageId, text, from, sentAt }) {
  if (exam.store.get().messages.some((message) => message.messageId === messageId)) return;
  adoptMessages(exam, [{ messageId, text, from, sentAt, received: false, confirmed: false }]);
}

/** "I have read it." */
export function confirmMessage(exam, messageId) {
  exam.unconfirmed.add(messageId);
  mark(exam, [messageId], { confirmed: true });
  report(exam);
}

function words({ from, text }) {
  return from ? `Message from ${from}: ${text}` : `Message: ${text}`;
}

/** Tells what was shown and what was read. What fails is told again at the next connection. */
async function report(exam) {
  if (document.visibilityState !== "visible" || !exam.socket.connected) return;
  const shown = exam.store.get().messages.filter((message) => !message.received).map((message) => message.messageId);
  const read = [...exam.unconfirmed];
  try {
    if (shown.length) {
      mark(exam, shown, { received: true });
      await exam.request("message_received", { messageIds: shown });
    }
    if (read.length) {
      await exam.request("message_received", { messageIds: read, confirmed: true });
      for (const id of read) exam.unconfirmed.delete(id);
    }
  } catch (error) {
    if (error.isNetwork || error.needsLogin) mark(exam, shown, { received: false });
    else exam.unconfirmed.clear();
  }
}

function mark(exam, ids, what) {
  exam.store.set((state) => ({
    ...state,
    messages: state.messages.map((message) => (ids.includes(message.messageId) ? { ...message, ...what } : message)),
  }));
}
