import { useEffect, useState } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { useStore } from "../../lib/use-store.js";
import { WaitingRoom } from "./waiting-room.jsx";
import { ConnectionBanner } from "./connection-banner.jsx";
import { Dialogs } from "./dialogs.jsx";
import { Header } from "./header.jsx";
import { useServerNow } from "./hooks.js";
import { OutageBanners } from "./outage-banner.jsx";
import { Dashboard } from "./dashboard.jsx";

export function App({ boot, monitor }) {
  const { board, connection, since, refused } = useStore(monitor.store);
  const now = useServerNow(monitor.clock);
  const [drawer, setDrawer] = useState(null); // the id of the student whose drawer is open
  const [dialog, setDialog] = useState(null); // {name: an action | "end" | "resolve", …}
  const [announcement, setAnnouncement] = useState("");
  const session = board?.session;

  useEffect(() => {
    if (session) document.title = `${isolated(session.title)}: live – Exams`;
  }, [session?.title]);

  if (refused) return <Refused error={refused} homeUrl={boot.homeUrl} />;
  if (!board) return <Loading connection={connection} since={since} homeUrl={boot.homeUrl} />;

  const rows = Object.values(board.rows);
  const usable = connection === "live";
  const shared = {
    monitor, board, rows, now, usable,
    onAnnounce: setAnnouncement,
    onOpen: setDrawer,
    onAction: (name, ids = [], request = null) => setDialog({ name, ids, request }),
    onResolve: (kind, item) => setDialog({ name: "resolve", kind, item }),
    onEnd: () => setDialog({ name: "end" }),
  };
  const isOver = session.status === "completed";
  const isBeforeStart = session.status === "scheduled" || session.status === "waiting";

  return (
    <div class={`monitor monitor--${session.status} ${usable ? "" : "is-old"}`}>
      <Header boot={boot} session={session} rows={rows} now={now} />
      <ConnectionBanner connection={connection} since={since} />
      {board.actions.extend && (session.status === "in_progress" || (isOver && !session.resultsReleasedAt)) && (
        <OutageBanners outages={board.outages} rows={rows} monitor={monitor} usable={usable} isOver={isOver} />
      )}
      {isBeforeStart ? <WaitingRoom session={session} {...shared} /> : <Dashboard boot={boot} session={session} covered={Boolean(drawer || dialog)} {...shared} />}
      <p class="visually-hidden" role="status">{announcement}</p>
      <Dialogs dialog={dialog} drawer={drawer} onClose={() => setDialog(null)} onCloseDrawer={() => setDrawer(null)} {...shared} />
    </div>
  );
}

function Loading({ connection, since, homeUrl }) {
  return (
    <main class="monitor monitor--empty" id="main">
      <h1>Connecting to the session</h1>
      <ConnectionBanner connection={connection} since={since} />
      <p class="muted">The list of students appears in a moment.</p>
      <p><a href={homeUrl}>All sessions</a></p>
    </main>
  );
}

function Refused({ error, homeUrl }) {
  return (
    <main class="monitor monitor--empty" id="main">
      <h1>You cannot proctor this session</h1>
      <p>{error.message}</p>
      {error.code && <p>If you should proctor it, ask the teacher of the class to add you as a proctor.</p>}
      <p><a class="button" href={homeUrl}>All sessions</a></p>
    </main>
  );
}
