import { useEffect, useState } from "preact/hooks";
import { useStore } from "../../lib/use-store.js";
import { BeforeStart } from "./waiting-room.jsx";
import { ConnectionBanner } from "./connection-banner.jsx";
import { Dialogs } from "./dialogs.jsx";
import { MonitorHead } from "./header.jsx";
import { useServerNow } from "./hooks.js";
import { OutageBanners } from "./outage-banner.jsx";
import { Room } from "./dashboard.jsx";

export function App({ boot, live }) {
  const { board, connection, since, refused } = useStore(live.store);
  const now = useServerNow(live.clock);
  const [drawer, setDrawer] = useState(null); // the id of the student whose history is open
  const [dialog, setDialog] = useState(null); // {name: an action | "end" | "settle", …}
  const [said, setSaid] = useState("");
  const session = board?.session;

  useEffect(() => {
    if (session) document.title = `${session.title}: live – Exams`;
  }, [session?.title]);

  if (refused) return <Refused error={refused} homeUrl={boot.homeUrl} />;
  if (!board) return <Loading connection={connection} since={since} homeUrl={boot.homeUrl} />;

  const rows = Object.values(board.rows);
  const usable = connection === "live";
  const shared = {
    live, board, rows, now, usable,
    onSaid: setSaid,
    onOpen: setDrawer,
    onAct: (name, ids = [], request = null) => setDialog({ name, ids, request }),
    onSettle: (kind, item) => setDialog({ name: "settle", kind, item }),
    onEnd: () => setDialog({ name: "end" }),
  };
  const before = session.status === "scheduled" || session.status === "waiting";

  return (
    <div class={`monitor monitor--${session.status} ${usable ? "" : "is-old"}`}>
      <MonitorHead boot={boot} session={session} rows={rows} now={now} />
      <ConnectionBanner connection={connection} since={since} />
      {session.status === "in_progress" && board.actions.extend && (
        <OutageBanners outages={board.outages} rows={rows} live={live} usable={usable} />
      )}
      {before ? <BeforeStart session={session} {...shared} /> : <Room boot={boot} session={session} covered={Boolean(drawer || dialog)} {...shared} />}
      <p class="visually-hidden" role="status">{said}</p>
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
      <h1>You cannot watch this session</h1>
      <p>{error.message}</p>
      <p>If you should watch it, ask the teacher of the class to name you as its proctor.</p>
      <p><a class="button" href={homeUrl}>All sessions</a></p>
    </main>
  );
}
