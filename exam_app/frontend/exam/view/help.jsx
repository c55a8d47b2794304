import { useEffect, useRef, useState } from "preact/hooks";
import { setSingleKeys, singleKeys } from "../live/controls.js";
import { confirmMessage } from "../live/messages.js";
import { Announcer } from "./announcer.jsx";
import { HelpRequest } from "./help-request.jsx";
import { MessageText } from "./dock.jsx";

const KEYS = [
  [["1", "…", "9"], "choose an answer"],
  [["←", "→"], "previous and next question; also p and n"],
  [["f"], "flag the question, or remove the flag"],
  [["Shift", "→"], "in a text: select the next sentence; h highlights it, Enter on a highlight removes it"],
  [["t"], "announce the time left"],
  [["?"], "this help"],
];

export function HelpSheet({ exam, state }) {
  const open = state.helpOpen;
  const sheet = useRef(null);
  const [keys, setKeys] = useState(singleKeys);
  useEffect(() => {
    const dialog = sheet.current;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  const close = () => exam.store.set({ helpOpen: false });
  return (
    <dialog ref={sheet} class="sheet" aria-labelledby="help-title" onCancel={close} onClose={close}>
      <div class="sheet__head">
        <h2 id="help-title">Help</h2>
        <button type="button" class="button button--secondary" onClick={close}>Close</button>
      </div>
      {open && <Announcer text={state.announcement} testid="announcer-in-help" />}
      {open && state.attempt.sessionId && <HelpRequest exam={exam} state={state} />}
      {state.messages.length > 0 && <Messages exam={exam} messages={state.messages} />}
      <h3>How this page works</h3>
      <p>Every answer is saved automatically. The status at the top says whether everything is saved. If the connection is lost, continue: your answers are stored on this device and sent when it is back.</p>
      <p>Flag a question to find it again. “Review and hand in” first lists the questions that you have not answered.</p>
      <h3>Keyboard shortcuts</h3>
      <dl class="keys">
        {KEYS.map(([names, meaning]) => (
          <div key={meaning}><dt>{names.map((name) => (name === "…" ? " … " : <kbd key={name}>{name}</kbd>))}</dt><dd>{meaning}</dd></div>
        ))}
      </dl>
      <p class="muted">They are off while you type in a text field.</p>
      <label class="option option--bare">
        <input type="checkbox" checked={keys} onChange={(event) => {
          setSingleKeys(event.currentTarget.checked);
          setKeys(event.currentTarget.checked);
        }} />
        <span class="option__text">Use keyboard shortcuts. Switch them off if you use speech input.</span>
      </label>
    </dialog>
  );
}

/** All messages, newest first. */
function Messages({ exam, messages }) {
  return (
    <section>
      <h3>Messages ({messages.length})</h3>
      <ul class="message-list">
        {[...messages].reverse().map((message) => (
          <li key={message.messageId}>
            <p><MessageText message={message} /></p>
            {!message.confirmed && <button type="button" class="button button--secondary" onClick={() => confirmMessage(exam, message.messageId)}>I have read it</button>}
          </li>
        ))}
      </ul>
    </section>
  );
}
