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

export function LoginAgain({ short = false }) {
  const link = <a href="/login" target="_blank" rel="noopener">Sign in again (opens a new tab)</a>;
  if (short) return link;
  return <p>Nothing is lost. {link}, then come back to this page: it continues automatically.</p>;
}
