import { SaveState } from "./save-state.jsx";
import { Timer } from "./timer.jsx";

export function TopBar({ exam, state }) {
  return (
    <header class="top-bar">
      <h1 class="top-bar__title">{state.attempt.title}</h1>
      <SaveState state={state} />
      <button type="button" class="button button--quiet top-bar__help" onClick={() => exam.store.set({ helpOpen: true })}>Help</button>
      {state.attempt.expiresAt && <Timer exam={exam} paused={state.paused} />}
    </header>
  );
}
