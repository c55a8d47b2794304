import { countOf, isOffline, lockedText } from "../model/save-state.js";
import { SaveFile } from "./save-file.jsx";

/** Shown above the question, where the student would go on answering. */
export function TimeIsUp({ exam, state }) {
  const offline = isOffline(state);
  const { pending } = countOf(state.entries);
  return (
    <div class="notice notice--warn" data-testid="locked">
      <p><strong>Time is up.</strong> {lockedText({ offline, pending })}</p>
      {offline && <SaveFile exam={exam} state={state} />}
    </div>
  );
}
