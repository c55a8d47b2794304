import { useEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { AlertList } from "./alerts.jsx";
import { AnsweredChart, ScoreChart } from "./charts.jsx";
import { EventFeed } from "./event-feed.jsx";
import { useNarrow } from "./hooks.js";
import { isOpen } from "../model/inbox.js";
import { MessageList } from "./messages.jsx";
import { FIRST_SORT, sortAfter } from "../model/student-list.js";
import { Queue } from "./help-queue.jsx";
import { Side } from "./side-panel.jsx";
import { Summary } from "./summary.jsx";
import { StudentTable } from "./student-table.jsx";
import { ActionBar, Filters } from "./toolbar.jsx";
import { requestWords } from "../model/format.js";

// The room while the exam runs, and after it: who asks, who is there, what happens.
export function Room({ boot, live, session, board, rows, now, usable, covered, onOpen, onAct, onSettle, onEnd, onSaid }) {
  const [filter, setFilter] = useState({ show: "all", search: "" });
  const [sort, setSort] = useState(FIRST_SORT);
  const [selected, setSelected] = useState(() => new Set());
  const [asCards, setAsCards] = useState(false);
  const narrow = useNarrow();
  const cards = narrow || asCards;
  const running = session.status === "in_progress";
  const onSort = (by) => setSort(sortAfter(sort, by));
  const panel = { usable, onSettle, onOpen };
  useAnnounced(board.requests, onSaid);

  return (
    <main class="monitor__main" id="main" tabIndex={-1}>
      {running ? (
        <Queue requests={board.requests} now={now} usable={usable} canMessage={board.actions.message} onOpen={onOpen}
          onSettle={(request) => onSettle("request", request)} onAnswer={(request) => onAct("message", [request.studentId], request)} />
      ) : (
        <Summary boot={boot} live={live} session={session} rows={rows} />
      )}
      <div class="toolbar">
        {running && (
          <ActionBar actions={board.actions} usable={usable} paused={rows.filter((row) => row.status === "paused").length} selected={selected}
            onAct={(name) => onAct(name, [...selected])} onEnd={onEnd} onClear={() => setSelected(new Set())} />
        )}
        <Filters rows={rows} now={now} filter={filter} onFilter={setFilter} cards={cards} narrow={narrow} onCards={setAsCards} sort={sort} onSort={onSort} />
      </div>
      <div class="monitor__columns">
        <StudentTable rows={rows} now={now} filter={filter} sort={sort} onSort={onSort} cards={cards} running={running} covered={covered}
          selected={selected} onSelect={setSelected} onOpen={onOpen} />
        <Side
          tabs={[
            { id: "events", title: "Events", body: <EventFeed events={board.events} /> },
            { id: "alerts", title: "Alerts", count: board.alerts.filter(isOpen).length, body: <AlertList alerts={board.alerts} {...panel} /> },
            { id: "messages", title: "Messages", body: <MessageList messages={board.messages} rows={board.rows} live={live} /> },
          ]}
        />
      </div>
      <div class="charts">
        <AnsweredChart questions={board.questions} attempts={rows.filter((row) => row.attemptId).length} />
        <ScoreChart live={live} graded={rows.filter((row) => row.status === "graded").length} />
      </div>
    </main>
  );
}

// Who asks is said aloud once; the queue itself changes every second and is not.
function useAnnounced(requests, onSaid) {
  const known = useRef(null);
  useEffect(() => {
    const fresh = known.current ? requests.filter(({ requestId }) => !known.current.has(requestId)) : [];
    known.current = new Set(requests.map(({ requestId }) => requestId));
    if (fresh.length === 1) onSaid(`${fresh[0].studentName} ${requestWords(fresh[0])}.`);
    else if (fresh.length) onSaid(`${plural(fresh.length, "student")} ask for help.`);
  }, [requests]);
}
