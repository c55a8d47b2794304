import { useMemo, useState } from "preact/hooks";
import { clockTime, dateTime } from "../../lib/format.js";
import { EVENT_FILTERS, kindOf, sentenceOf } from "../model/event-groups.js";

const SHOWN_AT_MOST = 200;

// A log that is read when wanted: it is not announced, or it would talk over everything else.
export function EventFeed({ events, label = "Events", nothing = "Nothing has happened yet." }) {
  const [kind, setKind] = useState("all");
  const listed = useMemo(
    () => events.filter((event) => kind === "all" || kindOf(event) === kind).slice(0, SHOWN_AT_MOST),
    [events, kind],
  );
  return (
    <div class="events">
      <label class="events__filter">
        <span class="visually-hidden">Show events of the kind</span>
        <select class="input input--small" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {Object.entries(EVENT_FILTERS).map(([value, words]) => <option key={value} value={value}>{words}</option>)}
        </select>
      </label>
      <EventList events={listed} label={label} nothing={events.length ? "Nothing of this kind yet." : nothing} />
    </div>
  );
}

function EventList({ events, label, nothing }) {
  return useMemo(
    () =>
      events.length ? (
        <ol class="events__list" role="log" aria-live="off" aria-label={label} tabIndex={0}>
          {events.map((event) => (
            <li key={event.eventId} class={`events__item events__item--${kindOf(event)}`}>
              <time dateTime={event.at} title={dateTime(event.at)}>{clockTime(event.at, { seconds: true })}</time>
              <span>{sentenceOf(event)}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p class="empty">{nothing}</p>
      ),
    [events, label, nothing],
  );
}
