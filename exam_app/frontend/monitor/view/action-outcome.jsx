import { useEffect } from "preact/hooks";
import { clockTime, plural } from "../../lib/format.js";
import { outcomeText } from "../model/actions.js";
import { Dialog } from "./dialog.jsx";
import { MessageReceipts } from "./message-receipts.jsx";
import { Refusals } from "./refusals.jsx";

// The outcome of an action: for how many students it was done, and why not for others.
export function ActionOutcome({ name, outcome, form, board, onAnnounce, onClose }) {
  const message = name === "message" ? (board.messages.find(({ messageId }) => messageId === outcome.messageId) ?? outcome) : null;
  const title = message ? `Sent to ${plural(message.recipients, "student")}` : outcomeText(name, outcome, form);
  useEffect(() => onAnnounce(`${title}.`), []);
  return (
    <Dialog title={title} onClose={onClose}>
      {message ? <p class="lead"><MessageReceipts message={message} /></p> : <Results name={name} outcome={outcome} board={board} />}
      <div class="actions sheet__actions"><button type="button" class="button" onClick={onClose} autofocus>Close</button></div>
    </Dialog>
  );
}

function Results({ name, outcome: { done, refused, reopened = [] }, board }) {
  const ends = ["extend", "resume", "reopen"].includes(name) ? [...new Set(done.map(({ expiresAt }) => clockTime(expiresAt)))].sort() : [];
  return (
    <>
      {ends.length === 1 && <p>Their time now ends at {ends[0]}.</p>}
      {ends.length > 1 && <p>Their time now ends between {ends[0]} and {ends[ends.length - 1]}.</p>}
      {reopened.length > 0 && <p>{plural(reopened.length, "student")} whose time was up {reopened.length === 1 ? "goes" : "go"} on.</p>}
      <Refusals refused={refused} rows={Object.values(board.rows)} />
      {done.length > 0 && <p class="muted">The students see this at once.</p>}
    </>
  );
}
