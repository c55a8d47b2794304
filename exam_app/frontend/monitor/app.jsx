import { useEffect, useState } from "preact/hooks";
import { useStore } from "../lib/use-store.js";
import { BeforeStart } from "./before.jsx";
import { ConnectionBanner } from "./connection.jsx";
import { EndDialog } from "./end.jsx";
import { EventFeed } from "./events.jsx";
import { MonitorHead } from "./head.jsx";
import { HeatStrip } from "./heat.jsx";
import { useServerNow } from "./hooks.js";
import { MoreTimeDialog } from "./more-time.jsx";
import { StudentDialog } from "./student.jsx";
import { Summary } from "./summary.jsx";
import { StudentTable } from "./table.jsx";
import { Toolbar } from "./toolbar.jsx";

export function App({ boot, live }) {
  const { board, connection, since, refused } = useStore(live.store);
  const now = useServerNow(live.clock);
  const [filter, setFilter] = useState({ show: "all", search: "" });
  const [selected, setSelected] = useState(() => new Set());
  const [dialog, setDialog] = useState(null); // {name: "end" | "time" | "student", ...}
  const [said, setSaid] = useState("");
  const session = board?.session;

  useEffect(() => {
    if (session) document.title = `${session.title}: live – Exams`;
  }, [session?.title]);

  if (refused && !board) return <Refused error={refused} homeUrl={boot.homeUrl} />;
  if (!board) return <Loading connection={connection} since={since} homeUrl={boot.homeUrl} />;

  const rows = Object.values(board.rows);
  const close = () => setDialog(null);
  const running = session.status === "in_progress";
  const before = session.status === "scheduled" || session.status === "waiting";

  return (
    <div class={`monitor monitor--${session.status} ${connection === "live" ? "" : "is-old"}`}>
      <MonitorHead boot={boot} session={session} rows={rows} now={now} />
      <ConnectionBanner connection={connection} since={since} />
      {before ? (
        <BeforeStart live={live} session={session} rows={rows} usable={connection === "live"} />
      ) : (
        <main class="monitor__main" id="main">
          {!running && <Summary boot={boot} live={live} session={session} rows={rows} />}
          <Toolbar
            running={running}
            usable={connection === "live"}
            rows={rows}
            now={now}
            filter={filter}
            onFilter={setFilter}
            selected={selected}
            onClear={() => setSelected(new Set())}
            onMoreTime={() => setDialog({ name: "time", ids: [...selected] })}
            onEnd={() => setDialog({ name: "end" })}
          />
          <div class="monitor__columns">
            <StudentTable
              rows={rows}
              now={now}
              filter={filter}
              running={running}
              selected={selected}
              onSelect={setSelected}
              onOpen={(studentId) => setDialog({ name: "student", studentId })}
            />
            <EventFeed events={board.events} />
          </div>
          <HeatStrip questions={board.questions} attempts={rows.filter((row) => row.attemptId).length} />
        </main>
      )}
      <p class="visually-hidden" role="status">{said}</p>
      {dialog?.name === "end" && <EndDialog live={live} rows={rows} now={now} onClose={close} />}
      {dialog?.name === "time" && (
        <MoreTimeDialog live={live} board={board} ids={dialog.ids} onClose={close} onSaid={setSaid} />
      )}
      {dialog?.name === "student" && (
        <StudentDialog
          row={board.rows[dialog.studentId]}
          events={board.events}
          now={now}
          running={running}
          onMoreTime={() => setDialog({ name: "time", ids: [dialog.studentId] })}
          onClose={close}
        />
      )}
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
