import { SaveState } from "./save-state.jsx";
import { Timer } from "./timer.jsx";

export function TopBar({ exam, state }) {
  return (
    <header class="top-bar">
      <h1 class="top-bar__title">{state.attempt.title}</h1>
      <SaveState state={state} />
      {state.attempt.expiresAt && <Timer exam={exam} paused={state.paused} />}
    </header>
  );
}
