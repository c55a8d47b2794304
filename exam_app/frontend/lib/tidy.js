// Every page forgets what does not belong to the user who is signed in, and what is over.
import { signedInAs, tidy } from "./device.js";
import { api } from "./rest.js";

const OVER = new Set(["submitted", "expired", "graded", "cancelled"]);

/** Without an answer of the server nothing is over. */
async function isOver(attemptId) {
  try {
    return OVER.has((await api(`/api/attempts/${encodeURIComponent(attemptId)}/status`)).status);
  } catch (error) {
    return error.code === "not_found";
  }
}

export function tidyDevice() {
  const owner = signedInAs();
  // By “Back” the browser shows pages as they were, also after signing out.
  addEventListener("pageshow", ({ persisted }) => persisted && signedInAs() !== owner && location.reload());
  return tidy(owner, isOver);
}
