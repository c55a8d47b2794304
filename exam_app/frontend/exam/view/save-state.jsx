import { elapsed } from "../../lib/clock.js";
import { countOf, saveState } from "../model/save-state.js";
import { Icon } from "./icons.jsx";
import { LoginAgain } from "./status-pages.jsx";

const ICONS = {
  saved: "saved", closed: "saved", updated: "saved", saving: "saving", offline: "offline",
  login: "alert", trouble: "alert", paused: "pause", locked: "clock",
};

/** Always visible; important changes are also announced to screen readers. */
export function SaveState({ state }) {
  const { kind, text } = saveState({ ...state, ...countOf(state.entries), now: elapsed() });
  return (
    <p class={`save-state save-state--${kind}`} data-testid="save-state" data-kind={kind}>
      <Icon name={ICONS[kind]} /> <span>{text}{kind === "login" && <>. <LoginAgain short /></>}</span>
    </p>
  );
}
