import { useState } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { Dialog, ErrorSummary } from "./dialog.jsx";
import { Field } from "./fields.jsx";
import { useAction } from "./hooks.js";
import { requestText } from "../model/format.js";

// What a proctor can resolve, with an optional note: a help request, or an alert in one of two ways.
const RESOLUTIONS = {
  request: {
    title: "Resolve the help request",
    button: "Resolve",
    label: "Answer or note",
    hint: "Optional. The student sees it.",
    send: (monitor, { requestId }, note) => monitor.request("request_resolve", { requestId, note }),
    about: (request) => `${isolated(request.studentName)} ${requestText(request)}${request.text ? `: “${isolated(request.text)}”` : "."}`,
  },
  acknowledge: {
    title: "Acknowledge the alert",
    button: "Acknowledge",
    label: "Note",
    hint: "Optional: what you saw or did, for the record. The student does not see it.",
    send: (monitor, { alertId }, note) => monitor.request("alert_resolve", { alertId, state: "acknowledged", note }),
    about: (alert) => alert.text,
  },
  dismiss: {
    title: "Dismiss the alert",
    button: "Dismiss",
    label: "Reason for dismissing",
    hint: "Optional, for the record. The student does not see it.",
    send: (monitor, { alertId }, note) => monitor.request("alert_resolve", { alertId, state: "dismissed", note }),
    about: (alert) => alert.text,
  },
};

export function ResolveDialog({ kind, item, monitor, onClose }) {
  const resolution = RESOLUTIONS[kind];
  const [note, setNote] = useState("");
  const [resolve, busy, error] = useAction(async () => {
    await resolution.send(monitor, item, note.trim());
    onClose();
  });
  return (
    <Dialog title={resolution.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          resolve();
        }}
      >
        <ErrorSummary error={error} title="It was not resolved" afterTimeout="This page shows the current state in a moment. It is safe to try again." />
        <blockquote class="quoted">{resolution.about(item)}</blockquote>
        <Field id="resolve-note" label={resolution.label} hint={resolution.hint}>
          {(inputProps) => <input class="input" type="text" maxLength={500} autocomplete="off" autofocus value={note} onInput={(event) => setNote(event.currentTarget.value)} {...inputProps} />}
        </Field>
        <div class="actions sheet__actions">
          <button type="submit" class="button" disabled={busy}>{busy ? "One moment…" : resolution.button}</button>
          <button type="button" class="button button--secondary" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
