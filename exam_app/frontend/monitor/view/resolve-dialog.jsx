import { useState } from "preact/hooks";
import { Dialog, Problem } from "./dialog.jsx";
import { Field } from "./fields.jsx";
import { useAction } from "./hooks.js";
import { requestWords } from "../model/format.js";

// What can be settled, with a note if there is something to say: a request for help, or an alert in one of two ways.
const SETTLES = {
  request: {
    title: "Settle the request",
    button: "Settle",
    label: "Answer or note",
    hint: "May stay empty. The student sees it.",
    tell: (live, { requestId }, note) => live.tell("request_resolve", { requestId, note }),
    about: (request) => `${request.studentName} ${requestWords(request)}${request.text ? `: “${request.text}”` : "."}`,
  },
  acknowledge: {
    title: "Acknowledge the alert",
    button: "Acknowledge",
    label: "Note",
    hint: "What you saw or did, for the record. May stay empty; the student does not see it.",
    tell: (live, { alertId }, note) => live.tell("alert_resolve", { alertId, state: "acknowledged", note }),
    about: (alert) => alert.text,
  },
  dismiss: {
    title: "Dismiss the alert",
    button: "Dismiss",
    label: "Why it means nothing",
    hint: "For the record. May stay empty; the student does not see it.",
    tell: (live, { alertId }, note) => live.tell("alert_resolve", { alertId, state: "dismissed", note }),
    about: (alert) => alert.text,
  },
};

export function SettleDialog({ kind, item, live, onClose }) {
  const settles = SETTLES[kind];
  const [note, setNote] = useState("");
  const [settle, busy, error] = useAction(async () => {
    await settles.tell(live, item, note.trim());
    onClose();
  });
  return (
    <Dialog title={settles.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          settle();
        }}
      >
        <Problem error={error} title="It still waits" unsure="What still waits is shown in a moment; doing it again does no harm." />
        <blockquote class="quoted">{settles.about(item)}</blockquote>
        <Field id="settle-note" label={settles.label} hint={settles.hint}>
          {(tied) => <input class="input" type="text" maxLength={500} autocomplete="off" autofocus value={note} onInput={(event) => setNote(event.currentTarget.value)} {...tied} />}
        </Field>
        <div class="actions sheet__actions">
          <button type="submit" class="button" disabled={busy}>{busy ? "One moment…" : settles.button}</button>
          <button type="button" class="button button--secondary" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
