import { countOf, isAway, lockedWords } from "../model/save-state.js";
import { SaveFile } from "./save-file.jsx";

/** That the time is up is told where the answer would be changed. */
export function TimeIsUp({ exam, state }) {
  const away = isAway(state);
  const { pending } = countOf(state.entries);
  return (
    <div class="notice notice--warn" data-testid="locked">
      <p><strong>Time is up.</strong> {lockedWords({ away, pending })}</p>
      {away && <SaveFile exam={exam} state={state} />}
    </div>
  );
}
