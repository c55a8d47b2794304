import { Component } from "preact";
import { plural } from "../../lib/format.js";
import { isDone, isWorking, markOf, needsAttention, nowWords, timeLeftOf } from "../model/student-status.js";
import { Mark } from "./status-icon.jsx";
import { countdown, nameOf } from "../model/format.js";

function Cells({ row, words, mark, left, worried, index, selectable, selected, onToggle, onOpen }) {
  const name = nameOf(row);
  const total = row.totalQuestions || 1;
  return (
    <tr role="row" aria-rowindex={index} data-student={row.studentId} class={`student ${worried ? "is-worried" : ""} ${selected ? "is-selected" : ""}`}>
      <th role="rowheader" scope="row" class="col-student">
        {selectable && (
          <label class="check">
            <input
              type="checkbox"
              aria-label={`Select ${name}`}
              data-row={row.studentId}
              checked={selected}
              onClick={(event) => onToggle(row.studentId, event.currentTarget.checked, event.shiftKey)}
            />
          </label>
        )}
        <Mark kind={mark} />
        <span class="student__name" title={name}>{name}</span>
        {row.alerts > 0 && <AlertMark alerts={row.alerts} />}
      </th>
      <td role="cell" class={`col-now col-now--${mark}`} title={words}>{words}</td>
      <td role="cell" class="col-progress">
        {row.attemptId && (
          <span class="student__progress">
            <progress class="bar" value={row.questionsAnswered} max={total} aria-label={`Answered by ${name}`} />
            <span class="student__answered">{row.questionsAnswered}/{row.totalQuestions}</span>
          </span>
        )}
      </td>
      <td role="cell" class="col-number" data-label="Question">{isWorking(row) ? row.currentQuestionIndex + 1 : ""}</td>
      <td role="cell" class="col-number" data-label="Tabs">{row.attemptId ? row.violations : ""}</td>
      <td role="cell" class="col-time" data-label={isDone(row) ? undefined : "Left"}>
        {isDone(row) ? row.receipt && <span class="student__receipt" title={`Receipt ${row.receipt}`}>{selectable && "receipt "}{row.receipt}</span> : left}
        {isWorking(row) && <Added row={row} />}
      </td>
      <td role="cell" class="col-more">
        <button type="button" class="more" aria-label={`Details of ${name}`} title="Details" onClick={() => onOpen(row.studentId)}>
          <span aria-hidden="true">…</span>
        </button>
      </td>
    </tr>
  );
}

function AlertMark({ alerts }) {
  const words = plural(alerts, "open alert");
  return <span class="student__alert" title={words}><Mark kind="alert" /><span class="visually-hidden">{words}</span></span>;
}

// Time that was added, and whether the student's page shows the new end yet.
function Added({ row }) {
  const minutes = Math.round(row.timeAdded / 60);
  if (minutes <= 0) return null;
  const waits = row.deadlineReceived === false;
  const words = waits ? "the page does not show it yet" : row.deadlineReceived ? "the page has the new time" : "";
  return (
    <span class={waits ? "student__added student__added--waits" : "student__added"} title={[`${minutes} minutes added`, words].filter(Boolean).join(", ")}>
      {" "}+{minutes}
      {words && <span aria-hidden="true">{waits ? " …" : " ✓"}</span>}
      {words && <span class="visually-hidden"> {words}</span>}
    </span>
  );
}

class Drawn extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render() {
    return <Cells {...this.props} />;
  }
}

// Each second makes new words of time; a row is drawn again only if something of its own changed.
export function StudentRow({ row, now, onToggle, onOpen, ...rest }) {
  return (
    <Drawn
      {...rest}
      row={row}
      words={nowWords(row, now)}
      mark={markOf(row, now)}
      left={isWorking(row) ? countdown(timeLeftOf(row, now)) : ""}
      worried={needsAttention(row, now)}
      onToggle={onToggle}
      onOpen={onOpen}
    />
  );
}
