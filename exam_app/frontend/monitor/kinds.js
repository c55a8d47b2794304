// Groups of events for the filter of the feed. A type that is not known is shown under "all" only. Pure.

const GROUPS = [
  ["page", /tab|blur|focus|fullscreen|copy|paste|click|visib|page|violation|integrity|highlight/],
  ["time", /^session_|extend|deadline|time|pause|resume|release|attempt_started/],
  ["done", /submit|expire|closed|graded|hand/],
  ["connection", /join|left|connect|online|offline|sav/],
];

export const EVENT_FILTERS = {
  all: "All events",
  page: "Left the page",
  connection: "Connection",
  done: "Handed in",
  time: "Session and time",
};

export function kindOf(event) {
  return GROUPS.find(([, pattern]) => pattern.test(event.type))?.[0] ?? "other";
}

// The sentence of an event, with the name in front when the server left it out.
export function sentenceOf(event) {
  const { text, studentName } = event;
  return !studentName || text.includes(studentName) || text.includes(studentName.split(" ")[0]) ? text : `${studentName}: ${text}`;
}
