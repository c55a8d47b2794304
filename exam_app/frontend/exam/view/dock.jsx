import { canSaveFile, saveFile } from "../live/bundle.js";
import { goFullScreen, wantsFullScreen } from "../live/integrity.js";
import { handText, lowerHand } from "../live/help.js";
import { confirmMessage } from "../live/messages.js";
import { dismiss } from "../live/notices.js";
import { clockTime } from "../../lib/format.js";
import { Icon } from "./icons.jsx";

/**
 * Messages and notices during the exam: at the bottom edge and last in the document, so that nothing moves under the
 * pointer and everything can be scrolled clear of it. It never takes the focus; the announcer reads it out.
 */
export function Dock({ exam, state }) {
  const unread = state.messages.filter((message) => !message.confirmed);
  const wanted = !state.paused && wantsFullScreen(exam);
  const stranded = state.phase === "exam" && state.stranded && !state.locked && canSaveFile(state);
  if (!unread.length && !state.notices.length && !state.hand && !wanted && !stranded) return null;
  return (
    <aside class="dock" aria-label="Messages" data-testid="dock">
      {[...unread].reverse().map((message) => (
        <Item key={message.messageId} testid="message" kind="message" action="I have read it" onAction={() => confirmMessage(exam, message.messageId)}>
          <MessageText message={message} />
        </Item>
      ))}
      {stranded && (
        <Item testid="stranded" kind="warn" action={state.fileSaved ? "Save the file again" : "Save as a file"} onAction={() => saveFile(exam)}>
          <strong>You are offline.</strong> Continue with your exam: your answers are stored on this device and sent when the connection is back.
          {state.fileSaved ? " The file is in the downloads folder of this device: give it to your teacher." : " If you have to leave before that, save your answers as a file for your teacher."}
        </Item>
      )}
      {wanted && (
        <Item testid="full-screen" action="Enter full screen" onAction={() => goFullScreen(exam)}>
          <strong>This exam should be taken in full screen.</strong> You can also answer without it.
        </Item>
      )}
      {state.hand && (
        <Item testid="hand" action="Lower hand" onAction={() => lowerHand(exam)}>
          <strong>{handText(state.hand)}</strong>
        </Item>
      )}
      {state.notices.map((notice) => (
        <Item key={notice.id} testid="notice" kind={notice.kind} action={<><Icon name="close" /><span class="visually-hidden">Dismiss</span></>} quiet onAction={() => dismiss(exam, notice.id)}>
          <strong>{notice.title}</strong> {notice.text && <bdi>{notice.text}</bdi>}
        </Item>
      ))}
    </aside>
  );
}

export function MessageText({ message }) {
  return (
    <>
      <strong>{message.from ? <>Message from <bdi>{message.from}</bdi></> : "Message"}, <time dateTime={message.sentAt}>{clockTime(message.sentAt)}</time></strong>
      <span class="message__text">{message.text}</span>
    </>
  );
}

function Item({ testid, kind, action, quiet = false, onAction, children }) {
  return (
    <div class={`dock__item ${kind ? `dock__item--${kind}` : ""}`} data-testid={testid}>
      <p>{children}</p>
      <button type="button" class={`button ${quiet ? "button--quiet" : "button--secondary"}`} onClick={onAction}>{action}</button>
    </div>
  );
}
