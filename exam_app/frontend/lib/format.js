// Human-readable text for numbers and times. Pure; `locale` is the browser's unless given.

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Remaining time as displayed: "1 h 05 min", "42 min", and "4:59" in the last five minutes. */
export function timeLeft(ms) {
  if (ms <= 0) return "0:00";
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 300) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A duration for screen readers: "1 hour 5 minutes", "4 minutes 59 seconds". */
export function durationText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds <= 300) {
    const parts = [];
    if (seconds >= 60) parts.push(plural(Math.floor(seconds / 60), "minute"));
    if (seconds % 60 || seconds < 60) parts.push(plural(seconds % 60, "second"));
    return parts.join(" ");
  }
  const minutes = Math.ceil(seconds / 60);
  const parts = [];
  if (minutes >= 60) parts.push(plural(Math.floor(minutes / 60), "hour"));
  if (minutes % 60) parts.push(plural(minutes % 60, "minute"));
  return parts.join(" ");
}

/** A time adjustment in whole seconds: "10 more minutes", "30 seconds less". */
export function addedTimeText(seconds) {
  const size = Math.abs(seconds);
  const [count, unit] = size >= 60 && size % 60 === 0 ? [size / 60, "minute"] : [size, "second"];
  const noun = count === 1 ? unit : `${unit}s`;
  return seconds >= 0 ? `${count} more ${noun}` : `${count} ${noun} less`;
}

/** The time of day: "11:30:00", or "11:30" without seconds. */
export function clockTime(iso, { seconds = false, locale = undefined, timeZone = undefined } = {}) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  if (seconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(locale, options).format(date);
}

/** Day and time with the zone: "Mon 15 Jan 2025, 11:30 CET". */
export function dateTime(iso, { locale = undefined, timeZone = undefined } = {}) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(locale, {
    weekday: "short", day: "numeric", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone, timeZoneName: "short",
  }).format(date);
}

/** "just now", "2 min ago", "in 3 h"; null beyond a day, when the caller shows the date. `now` is the server's, in ms. */
export function relativeTime(iso, now) {
  const ms = now - Date.parse(iso);
  if (!Number.isFinite(ms)) return null;
  const past = ms >= 0;
  const minutes = Math.floor(Math.abs(ms) / 60000);
  if (minutes < 1) return past ? "just now" : "in less than a minute";
  if (minutes < 60) return past ? `${minutes} min ago` : `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return past ? `${hours} h ago` : `in ${hours} h`;
  return null;
}

/** The time zone of this browser: "Europe/Berlin". */
export function zoneName() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "as set in this browser";
}

/** "2 points", "1 point", "1.5 points". */
export function pointsText(points) {
  const number = Number(points);
  return `${number} ${number === 1 ? "point" : "points"}`;
}

/** "1st", "2nd", "3rd", "11th". */
export function ordinal(number) {
  const ending = { one: "st", two: "nd", few: "rd", other: "th" }[new Intl.PluralRules("en", { type: "ordinal" }).select(number)];
  return `${number}${ending}`;
}

/** A reason that staff typed, with a full stop unless it ends with a mark of its own. */
export function sentence(text) {
  return /[.!?؟۔。]$/.test(text) ? text : `${text}.`;
}
