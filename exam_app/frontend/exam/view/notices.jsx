import { dismiss } from "../live/tell.js";
import { Icon } from "./icons.jsx";

/** Messages and changes of the deadline; they stay until put away. Spoken by the announcer. */
export function Notices({ exam, state }) {
  return (
    <>
      {state.paused && (
        <div class="notice notice--warn" data-testid="paused">
          <p><strong>Your exam is paused.</strong> The clock stands still, and your answers so far are kept. The page goes on by itself.</p>
        </div>
      )}
      {state.locked && (
        <div class="notice notice--warn" data-testid="locked">
          <p><strong>Time is up.</strong> Your answers are being handed in. You do not have to do anything.</p>
        </div>
      )}
      {state.notices.map((notice) => (
        <div key={notice.id} class={`notice notice--row ${notice.kind === "warn" ? "notice--warn" : ""}`} data-testid="notice">
          <p><strong>{notice.title}</strong> {notice.text}</p>
          <button type="button" class="button button--quiet" onClick={() => dismiss(exam, notice.id)}>
            <Icon name="close" /><span class="visually-hidden">Put this message away</span>
          </button>
        </div>
      ))}
    </>
  );
}
