// Progressive enhancement of the server-rendered pages: each of them also works without JavaScript.
import { elapsed } from "../lib/clock.js";
import { api } from "../lib/rest.js";
import { clockTime, dateTime, relativeTime, zoneName } from "../lib/format.js";
import { signedInAs, undelivered } from "../lib/device.js";
import { guardPresses } from "../lib/presses.js";
import { tidyDevice } from "../lib/tidy.js";
import { autoRefresh } from "./auto-refresh.js";

/** The server's time in ms: when it made the page, and what has passed since. The device's clock may be set. */
function serverNow() {
  return Date.parse(document.documentElement.dataset.now) + elapsed();
}

/** Shows times in the browser's time zone: relative when near, the exact time on hover and for screen readers. */
function localTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-local-time]")) {
    const iso = element.dateTime;
    const exact = dateTime(iso);
    if (!exact) continue;
    const { localTime } = element.dataset;
    const near = localTime === "datetime" ? relativeTime(iso, serverNow()) : null;
    element.title = exact;
    if (localTime === "time") {
      element.textContent = clockTime(iso, { seconds: true });
      continue;
    }
    element.textContent = near ?? exact;
    if (near) {
      const spoken = document.createElement("span");
      spoken.className = "visually-hidden";
      spoken.textContent = ` (${exact})`;
      element.append(spoken);
    }
  }
}

/** Names the time zone, since the server's note says UTC. */
function nameTimeZone() {
  for (const note of document.querySelectorAll("[data-time-zone]")) {
    note.textContent = `Times are in the time zone of this device: ${zoneName()}.`;
  }
}

/** Preselects this device's time zone in a form, and converts the times in its fields from UTC. */
function preselectTimeZone() {
  const zones = document.querySelector("select[data-own-zone]");
  const zone = zoneName();
  if (!zones || ![...zones.options].some((option) => option.value === zone)) return;
  zones.value = zone;
  for (const input of document.querySelectorAll("input[type=datetime-local]")) {
    if (input.value) input.value = toLocalInput(new Date(`${input.value}Z`));
  }
  const at = new Date(zones.dataset.ownZone);
  if (Number.isNaN(at.getTime())) return;
  const [day, time] = toLocalInput(at).split("T");
  document.getElementById("date").value = day;
  document.getElementById("time").value = time;
}

/** The value of a datetime-local field, in this device's time zone: 2026-05-04T09:30. */
function toLocalInput(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Shows the print button, which the server hides because it works only with JavaScript. */
function printButton() {
  const button = document.querySelector("button[data-print]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** Opens a closed <details> that is the target of a link. */
function openTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

/** Prevents a double submission by a double click. Coming back to the page enables the form again. */
function submitOnce() {
  const forms = [...document.querySelectorAll("form[data-once]")];
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => forms.forEach((form) => delete form.dataset.sent));
}

/** Focuses the marked field on wide screens only: on a phone it would scroll past the text to read first. */
function focusOnWideScreens() {
  if (!matchMedia("(min-width: 60rem)").matches) return;
  document.querySelector("[data-focus-wide]")?.focus({ preventScroll: true });
}

/** Ctrl + Enter in a textarea submits its form, as Enter does in an input. */
function submitByKeyboard() {
  for (const field of document.querySelectorAll("[data-send-by-keys]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      field.form.requestSubmit();
    });
  }
}

/** Fills in the points from the selected rubric levels; the marker may still change them. */
function sumRubric() {
  const rubric = document.querySelector("[data-rubric]");
  if (!rubric) return;
  const criteria = [...rubric.querySelectorAll("fieldset")];
  const totalWeight = (elements) => elements.reduce((sum, element) => sum + Number(element.dataset.weight), 0);
  const show = () => {
    const selected = [...rubric.querySelectorAll("input:checked")];
    const points = (totalWeight(selected) / totalWeight(criteria)) * Number(rubric.dataset.rubric);
    const rounded = String(Math.floor(points * 100 + 0.5 + 1e-6) / 100);
    const output = rubric.querySelector("[data-rubric-sum]");
    const isComplete = selected.length === criteria.length;
    output.textContent = isComplete ? `The levels add up to ${rounded}.` : `${selected.length} of ${criteria.length} selected.`;
    output.hidden = !selected.length;
    return isComplete ? rounded : "";
  };
  rubric.addEventListener("change", () => {
    document.querySelector("[data-rubric-points]").value = show();
  });
  show();
}

/** Updates the number of unread notifications when the user comes back to the tab. */
function notificationBadge() {
  const link = document.querySelector('.site-nav__link[href$="/notifications"]');
  if (!link) return;
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const data = await api("/api/notifications");
      const unread = data.unread ?? data.notifications.filter((one) => !one.readAt).length;
      showUnread(link, unread);
    } catch {
      // the number stays as it was
    }
  });
}

function showUnread(link, unread) {
  link.querySelector(".badge")?.remove();
  if (!unread) return;
  const badge = document.createElement("span");
  badge.className = "badge";
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.textContent = " unread";
  badge.append(String(unread), spoken);
  link.append(" ", badge);
}

/** Names the exam whose answers wait on this device; opening its page sends them. */
async function nameUndelivered() {
  const notice = document.querySelector("[data-undelivered]");
  if (!notice) return;
  const [attemptId] = await undelivered(signedInAs());
  if (!attemptId) return;
  notice.querySelector("a").href = `/attempts/${encodeURIComponent(attemptId)}/exam`;
  notice.hidden = false;
}

guardPresses();
localTimes();
nameTimeZone();
setInterval(localTimes, 30000);
preselectTimeZone();
printButton();
openTarget();
addEventListener("hashchange", openTarget);
submitOnce();
submitByKeyboard();
sumRubric();
focusOnWideScreens();
notificationBadge();
tidyDevice().then(nameUndelivered);
for (const root of document.querySelectorAll("[data-live-every]")) autoRefresh(root, localTimes);
