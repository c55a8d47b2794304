import { saveState } from "../model/save-state.js";
import { Icon } from "./icons.jsx";
import { LoginAgain } from "./simple.jsx";

const ICONS = {
  saved: "saved", closed: "saved", updated: "saved", saving: "saving", offline: "offline",
  login: "alert", trouble: "alert", paused: "pause", locked: "clock",
};

/** People count answers, not changes: a question may have two in the queue. */
export function questionsOf(entries) {
  return new Set(entries.map((entry) => entry.questionId)).size;
}

/** Always visible, never in the way; changes that matter are announced elsewhere. */
export function SaveState({ state }) {
  const refused = questionsOf(state.entries.filter((entry) => entry.refused));
  const pending = questionsOf(state.entries.filter((entry) => !entry.refused));
  const { kind, text } = saveState({ ...state, pending, refused, now: Date.now() });
  return (
    <p class={`save-state save-state--${kind}`} data-testid="save-state" data-kind={kind}>
      <Icon name={ICONS[kind]} /> <span>{text}{kind === "login" && <>. <LoginAgain short /></>}</span>
    </p>
  );
}
