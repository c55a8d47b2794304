import { clockTime } from "../../lib/format.js";

// Warns while the page shows outdated data.
export function ConnectionBanner({ connection, since }) {
  if (connection === "live") return null;
  if (connection === "login") {
    const back = `/login?next=${encodeURIComponent(location.pathname)}`;
    return (
      <div class="banner banner--bad" role="alert">
        <span class="banner__sign" aria-hidden="true">!</span>
        <p><strong>Your sign-in has expired.</strong> The exam continues. <a href={back}>Sign in again</a> to continue proctoring.</p>
      </div>
    );
  }
  if (connection === "connecting") return null;
  return (
    <div class="banner banner--bad" role="alert">
      <span class="banner__sign" aria-hidden="true">!</span>
      <p>
        <strong>No connection to the server since {clockTime(new Date(since).toISOString(), { seconds: true })}.</strong> This page
        shows the state at that time and reconnects automatically. The exam continues for the students.
      </p>
    </div>
  );
}
