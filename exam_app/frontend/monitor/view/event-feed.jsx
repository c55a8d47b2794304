import { useMemo, useState } from "preact/hooks";
import { clockTime, dateTime } from "../../lib/format.js";
import { EVENT_FILTERS, groupOf, eventText } from "../model/event-groups.js";

const MAX_SHOWN = 200;

// The activity log. It is not announced to screen readers, because it would drown out everything else.
export function EventFeed({ events, label = "Activity log", emptyText = "No activity yet." }) {
  const [group, setGroup] = useState("all");
  const listed = useMemo(
    () => events.filter((event) => group === "all" || groupOf(event) === group).slice(0, MAX_SHOWN),
    [events, group],
  );
  return (
    <div class="events">
      <label class="events__filter">
        <span class="visually-hidden">Filter events</span>
        <select class="input input--small" value={group} onChange={(event) => setGroup(event.currentTarget.value)}>
          {Object.entries(EVENT_FILTERS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      </label>
      <EventList events={listed} label={label} emptyText={events.length ? "No events of this kind yet." : emptyText} />
    </div>
  );
}

function EventList({ events, label, emptyText }) {
  return useMemo(
    () =>
      events.length ? (
        <ol class="events__list" role="log" aria-live="off" aria-label={label} tabIndex={0}>
          {events.map((event) => (
            <li key={event.eventId} class={`events__item events__item--${groupOf(event)}`}>
              <time dateTime={event.at} title={dateTime(event.at)}>{clockTime(event.at, { seconds: true })}</time>
              <span>{eventText(event)}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p class="empty">{emptyText}</p>
      ),
    [events, label, emptyText],
  );
}
