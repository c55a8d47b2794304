// Pages with a single message, and the link to sign in again.

export function Connecting({ state }) {
  const login = state.connection === "login";
  return (
    <main class="plain">
      <h1>{login ? "You are signed out" : "Connecting…"}</h1>
      {login ? <LoginAgain /> : <p>Your exam opens in a moment. If this takes long, check the connection of this device; the page continues automatically.</p>}
    </main>
  );
}

export function Gone({ exam, state }) {
  return (
    <main class="plain">
      <h1>{state.session?.title ?? "This exam cannot be opened"}</h1>
      <p>{state.problem}</p>
      <p><a class="button" href={exam.boot.homeUrl}>Back to my exams</a></p>
    </main>
  );
}

/** Whoever is at this device now is not, or not yet again, the student of this exam. */
export function Other() {
  return (
    <main class="plain" data-testid="other">
      <h1>This exam is hidden on this device</h1>
      <p>You have signed out in this browser, or somebody else has signed in. Answers that the server does not have yet are stored on this device, and nobody else can read them. Sign in again to continue.</p>
      <p><a class="button" href={`/login?next=${encodeURIComponent(location.pathname)}`}>Sign in again</a></p>
    </main>
  );
}

export function LoginAgain({ short = false }) {
  const link = <a href="/login" target="_blank" rel="noopener">Sign in again (opens a new tab)</a>;
  if (short) return link;
  return <p>Nothing is lost. {link}, then come back to this page: it continues automatically.</p>;
}
