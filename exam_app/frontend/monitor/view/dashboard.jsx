import { useEffect, useRef, useState } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { plural } from "../../lib/format.js";
import { AlertList } from "./alerts.jsx";
import { AnsweredChart, ScoreChart } from "./charts.jsx";
import { EventFeed } from "./event-feed.jsx";
import { useNarrow } from "./hooks.js";
import { isOpen } from "../model/inbox.js";
import { MessageList } from "./messages.jsx";
import { FIRST_SORT, sortAfter } from "../model/student-list.js";
import { HelpQueue } from "./help-queue.jsx";
import { SidePanel } from "./side-panel.jsx";
import { Summary } from "./summary.jsx";
import { StudentTable } from "./student-table.jsx";
import { ActionBar, Filters } from "./toolbar.jsx";
import { requestText } from "../model/format.js";

// The dashboard during and after the exam.
export function Dashboard({ boot, monitor, session, board, rows, now, usable, covered, onOpen, onAction, onResolve, onEnd, onAnnounce }) {
  const [filter, setFilter] = useState({ show: "all", search: "" });
  const [sort, setSort] = useState(FIRST_SORT);
  const [selected, setSelected] = useState(() => new Set());
  const [asCards, setAsCards] = useState(false);
  const narrow = useNarrow();
  const cards = narrow || asCards;
  const running = session.status === "in_progress";
  const onSort = (by) => setSort(sortAfter(sort, by));
  const panel = { usable, onResolve, onOpen };
  useAnnouncedRequests(board.requests, onAnnounce);

  return (
    <main class="monitor__main" id="main" tabIndex={-1}>
      {running ? (
        <HelpQueue requests={board.requests} now={now} usable={usable} canMessage={board.actions.message} onOpen={onOpen}
          onResolve={(request) => onResolve("request", request)} onAnswer={(request) => onAction("message", [request.studentId], request)} />
      ) : (
        <Summary boot={boot} monitor={monitor} session={session} rows={rows} />
      )}
      <div class="toolbar">
        {running && (
          <ActionBar actions={board.actions} usable={usable} paused={rows.filter((row) => row.status === "paused").length} selected={selected}
            onAction={(name) => onAction(name, [...selected])} onEnd={onEnd} onClear={() => setSelected(new Set())} />
        )}
        <Filters rows={rows} now={now} filter={filter} onFilter={setFilter} cards={cards} narrow={narrow} onCards={setAsCards} sort={sort} onSort={onSort} />
      </div>
      <div class="monitor__columns">
        <StudentTable rows={rows} now={now} filter={filter} sort={sort} onSort={onSort} cards={cards} running={running} covered={covered}
          selected={selected} onSelect={setSelected} onOpen={onOpen} />
        <SidePanel
          tabs={[
            { id: "events", title: "Activity log", body: <EventFeed events={board.events} /> },
            { id: "alerts", title: "Alerts", count: board.alerts.filter(isOpen).length, body: <AlertList alerts={board.alerts} {...panel} /> },
            { id: "messages", title: "Messages", body: <MessageList messages={board.messages} rows={board.rows} monitor={monitor} /> },
          ]}
        />
      </div>
      <div class="charts">
        <AnsweredChart questions={board.questions} attempts={rows.filter((row) => row.attemptId).length} />
        <ScoreChart monitor={monitor} graded={rows.filter((row) => row.status === "graded").length} />
      </div>
    </main>
  );
}

// New help requests are announced once; the queue itself is no live region, because it changes every second.
function useAnnouncedRequests(requests, onAnnounce) {
  const known = useRef(null);
  useEffect(() => {
    const added = known.current ? requests.filter(({ requestId }) => !known.current.has(requestId)) : [];
    known.current = new Set(requests.map(({ requestId }) => requestId));
    if (added.length === 1) onAnnounce(`${isolated(added[0].studentName)} ${requestText(added[0])}.`);
    else if (added.length) onAnnounce(`${plural(added.length, "student")} ask for help.`);
  }, [requests]);
}
