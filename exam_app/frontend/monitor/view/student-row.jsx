import { Component } from "preact";
import { isolated } from "../../lib/direction.js";
import { plural } from "../../lib/format.js";
import { isDone, isWorking, iconOf, needsAttention, statusText, timeLeftOf } from "../model/student-status.js";
import { StatusIcon } from "./status-icon.jsx";
import { countdown, nameOf } from "../model/format.js";

function Cells({ row, status, icon, left, urgent, index, selectable, selected, onToggle, onOpen }) {
  const name = nameOf(row);
  const total = row.totalQuestions || 1;
  return (
    <tr role="row" aria-rowindex={index} data-student={row.studentId} class={`student ${urgent ? "is-worried" : ""} ${selected ? "is-selected" : ""}`}>
      <th role="rowheader" scope="row" class="col-student">
        {selectable && (
          <label class="check">
            <input
              type="checkbox"
              aria-label={`Select ${isolated(name)}`}
              data-row={row.studentId}
              checked={selected}
              onClick={(event) => onToggle(row.studentId, event.currentTarget.checked, event.shiftKey)}
            />
          </label>
        )}
        <StatusIcon kind={icon} />
        <span class="student__name" title={name}>{name}</span>
        {row.alerts > 0 && <AlertIcon alerts={row.alerts} />}
      </th>
      <td role="cell" class={`col-now col-now--${icon}`} title={status}>{status}</td>
      <td role="cell" class="col-progress">
        {row.attemptId && (
          <span class="student__progress">
            <progress class="bar" value={row.questionsAnswered} max={total} aria-label={`Answered by ${isolated(name)}`} />
            <span class="student__answered">{row.questionsAnswered}/{row.totalQuestions}</span>
          </span>
        )}
      </td>
      <td role="cell" class="col-number" data-label="Question">{isWorking(row) ? row.currentQuestionIndex + 1 : ""}</td>
      <td role="cell" class="col-number" data-label="Left page">{row.attemptId ? row.violations : ""}</td>
      <td role="cell" class="col-time" data-label={isDone(row) ? undefined : "Time left"}>
        {isDone(row) ? row.receipt && <span class="student__receipt" title={`Receipt ${row.receipt}`}>{selectable && "receipt "}{row.receipt}</span> : left}
        {isWorking(row) && <Added row={row} />}
      </td>
      <td role="cell" class="col-more">
        <button type="button" class="more" aria-label={`Details of ${isolated(name)}`} title="Details" onClick={() => onOpen(row.studentId)}>
          <span aria-hidden="true">…</span>
        </button>
      </td>
    </tr>
  );
}

function AlertIcon({ alerts }) {
  const text = plural(alerts, "open alert");
  return <span class="student__alert" title={text}><StatusIcon kind="alert" /><span class="visually-hidden">{text}</span></span>;
}

// Added time, and whether the student's page has confirmed the new deadline.
function Added({ row }) {
  const minutes = Math.round(row.timeAdded / 60);
  if (minutes <= 0) return null;
  const unconfirmed = row.deadlineReceived === false;
  const text = unconfirmed ? "not shown on the student’s page yet" : row.deadlineReceived ? "shown on the student’s page" : "";
  return (
    <span class={unconfirmed ? "student__added student__added--waits" : "student__added"} title={[`${minutes} minutes added`, text].filter(Boolean).join(", ")}>
      {" "}+{minutes}
      {text && <span aria-hidden="true">{unconfirmed ? " …" : " ✓"}</span>}
      {text && <span class="visually-hidden"> {text}</span>}
    </span>
  );
}

class PureRow extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render() {
    return <Cells {...this.props} />;
  }
}

// Times change every second, but a row is rendered again only if its own props changed.
export function StudentRow({ row, now, onToggle, onOpen, ...rest }) {
  return (
    <PureRow
      {...rest}
      row={row}
      status={statusText(row, now)}
      icon={iconOf(row, now)}
      left={isWorking(row) ? countdown(timeLeftOf(row, now)) : ""}
      urgent={needsAttention(row, now)}
      onToggle={onToggle}
      onOpen={onOpen}
    />
  );
}
