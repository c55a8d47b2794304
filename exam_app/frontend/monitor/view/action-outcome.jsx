import { useEffect } from "preact/hooks";
import { clockTime, plural } from "../../lib/format.js";
import { outcomeWords } from "../model/actions.js";
import { Dialog } from "./dialog.jsx";
import { Receipts } from "./message-receipts.jsx";
import { Refusals } from "./refusals.jsx";

// What was done to whom, what was not, and why.
export function Outcome({ name, outcome, form, board, onSaid, onClose }) {
  const message = name === "message" ? (board.messages.find(({ messageId }) => messageId === outcome.messageId) ?? outcome) : null;
  const title = message ? `Sent to ${plural(message.recipients, "student")}` : outcomeWords(name, outcome, form);
  useEffect(() => onSaid(`${title}.`), []);
  return (
    <Dialog title={title} onClose={onClose}>
      {message ? <p class="lead"><Receipts message={message} /></p> : <Deeds name={name} outcome={outcome} board={board} />}
      <div class="actions sheet__actions"><button type="button" class="button" onClick={onClose} autofocus>Close</button></div>
    </Dialog>
  );
}

function Deeds({ name, outcome: { done, refused }, board }) {
  const ends = name === "extend" || name === "resume" ? [...new Set(done.map(({ expiresAt }) => clockTime(expiresAt)))].sort() : [];
  return (
    <>
      {ends.length === 1 && <p>Their time now ends at {ends[0]}.</p>}
      {ends.length > 1 && <p>Their time now ends between {ends[0]} and {ends[ends.length - 1]}.</p>}
      <Refusals refused={refused} rows={Object.values(board.rows)} />
      {done.length > 0 && <p class="muted">The pages of the students say it at once.</p>}
    </>
  );
}
