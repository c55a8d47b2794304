// Messages from the proctors. A message stays on the page, also after a reload, until the student confirms it. The
// page reports to the server that it was shown, and then that it was read.
import { isolated } from "../../lib/direction.js";
import { announce } from "./notices.js";

export function watchMessages(exam) {
  exam.unconfirmed = new Set(); // confirmed here, not yet acknowledged by the server
  exam.socket.on("connect", () => report(exam));
  document.addEventListener("visibilitychange", () => report(exam));
}

/** Adopts the server's list; a message confirmed here stays confirmed. */
export function adoptMessages(exam, list) {
  const known = new Map(exam.store.get().messages.map((message) => [message.messageId, message]));
  const added = list.filter((message) => !known.has(message.messageId));
  for (const message of list) {
    const confirmed = message.confirmed || Boolean(known.get(message.messageId)?.confirmed);
    known.set(message.messageId, { ...message, confirmed });
  }
  const messages = [...known.values()].sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  exam.store.set({ messages });
  const unread = added.filter((message) => !message.confirmed);
  if (unread.length) announce(exam, unread.map(spokenText).join(" "));
  report(exam);
}

export function receiveMessage(exam, { messageId, text, from, sentAt }) {
  if (exam.store.get().messages.some((message) => message.messageId === messageId)) return;
  adoptMessages(exam, [{ messageId, text, from, sentAt, received: false, confirmed: false }]);
}

/** The student has read the message. */
export function confirmMessage(exam, messageId) {
  exam.unconfirmed.add(messageId);
  update(exam, [messageId], { confirmed: true });
  report(exam);
}

function spokenText({ from, text }) {
  return from ? `Message from ${isolated(from)}: ${isolated(text)}` : `Message: ${isolated(text)}`;
}

/** Reports what was shown and what was read. What fails is reported again at the next connection. */
async function report(exam) {
  if (document.visibilityState !== "visible" || !exam.socket.connected) return;
  const shown = exam.store.get().messages.filter((message) => !message.received).map((message) => message.messageId);
  const read = [...exam.unconfirmed];
  try {
    if (shown.length) {
      update(exam, shown, { received: true });
      await exam.request("message_received", { messageIds: shown });
    }
    if (read.length) {
      await exam.request("message_received", { messageIds: read, confirmed: true });
      for (const id of read) exam.unconfirmed.delete(id);
    }
  } catch (error) {
    if (error.isNetwork || error.needsLogin) update(exam, shown, { received: false });
    else exam.unconfirmed.clear();
  }
}

function update(exam, ids, change) {
  exam.store.set((state) => ({
    ...state,
    messages: state.messages.map((message) => (ids.includes(message.messageId) ? { ...message, ...change } : message)),
  }));
}
