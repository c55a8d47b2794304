import { useEffect, useState } from "preact/hooks";
import { clockTime, dateTime } from "../../lib/format.js";
import { useAction, useStable } from "./hooks.js";
import { MessageReceipts } from "./message-receipts.jsx";
import { listOf, nameOf } from "../model/format.js";

// Sent messages, newest first, with the number of students who have received them.
export function MessageList({ messages, rows, monitor }) {
  if (!messages.length) return <p class="empty">No message was sent yet. “Message” writes to everyone, or to the students you select.</p>;
  return (
    <ol class="notes" tabIndex={0} aria-label="Messages">
      {messages.map((message) => (
        <li key={message.messageId} class="notes__item">
          <p class="notes__head">
            <strong>{message.from}</strong>
            <span class="muted">to {recipientNames(message, rows)}</span>
            <time dateTime={message.sentAt} title={dateTime(message.sentAt)}>{clockTime(message.sentAt, { seconds: true })}</time>
          </p>
          <p class="notes__text">{message.text}</p>
          <p><MessageReceipts message={message} /></p>
          {message.received < message.recipients && <Missing message={message} monitor={monitor} />}
        </li>
      ))}
    </ol>
  );
}

function recipientNames({ toAll, studentIds }, rows) {
  return toAll ? "everyone" : listOf(studentIds.map((id) => (rows[id] ? nameOf(rows[id]) : "a student")), 4);
}

// The names are fetched when the list is opened, and again whenever another student has received the message.
function Missing({ message, monitor }) {
  const [shown, setShown] = useState(false);
  const [names, setNames] = useState(null);
  const [load, , error] = useAction(
    useStable(async () => {
      const { recipients } = await monitor.request("message_recipients", { messageId: message.messageId });
      setNames(recipients.filter(({ receivedAt }) => !receivedAt).map(({ studentName }) => studentName));
    }),
  );
  useEffect(() => {
    if (shown) load();
  }, [shown, message.received]);
  return (
    <details class="notes__more" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>Who has not received it</summary>
      {error ? <p class="muted">The names cannot be had now: {error.message}</p> : <p>{names ? listOf(names, 40) : "One moment…"}</p>}
    </details>
  );
}
