// Small helps for pages that the server rendered; each of them also works without.
import { api } from "../lib/rest.js";
import { clockTime, dateTime, relativeTime, zoneName } from "../lib/format.js";
import { keepLive } from "./auto-refresh.js";

/** Times in the reader's own zone: relative when near, the exact one on hover and for screen readers. */
function localTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-local-time]")) {
    const iso = element.dateTime;
    const exact = dateTime(iso);
    if (!exact) continue;
    const { localTime } = element.dataset;
    const near = localTime === "datetime" ? relativeTime(iso) : null;
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

/** Says which zone the times above are in, now that they are not in UTC. */
function nameTimeZone() {
  for (const words of document.querySelectorAll("[data-time-zone]")) {
    words.textContent = `Times are in the time zone of this device: ${zoneName()}.`;
  }
}

/** Days and times that are asked for in a zone: in the zone of this device, unless another one was chosen. */
function ownZone() {
  const zones = document.querySelector("select[data-own-zone]");
  const zone = zoneName();
  if (!zones || ![...zones.options].some((option) => option.value === zone)) return;
  zones.value = zone;
  for (const input of document.querySelectorAll("input[type=datetime-local]")) {
    if (input.value) input.value = localMoment(new Date(`${input.value}Z`));
  }
  const at = new Date(zones.dataset.ownZone);
  if (Number.isNaN(at.getTime())) return;
  const [day, time] = localMoment(at).split("T");
  document.getElementById("date").value = day;
  document.getElementById("time").value = time;
}

/** As a field for a day and a time wants it: 2026-05-04T09:30 on this device. */
function localMoment(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A button that exists for scripts alone: printing. */
function printButton() {
  const button = document.querySelector("button[data-print]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** A link to something folded away opens it. */
function openTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

/** A form that must not be sent twice by a double click. Back makes it usable again. */
function onceOnly() {
  const forms = [...document.querySelectorAll("form[data-once]")];
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => forms.forEach((form) => delete form.dataset.sent));
}

/** Begins in a field, where it stands beside what is read first: a phone would scroll past that. */
function focusWide() {
  if (!matchMedia("(min-width: 60rem)").matches) return;
  document.querySelector("[data-focus-wide]")?.focus({ preventScroll: true });
}

/** Ctrl + Enter sends a form out of a long field, as Enter does out of a short one. */
function sendByKeys() {
  for (const field of document.querySelectorAll("[data-send-by-keys]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      field.form.requestSubmit();
    });
  }
}

/** What the levels picked in a rubric add up to. It becomes the points, which may still be changed. */
function sumRubric() {
  const rubric = document.querySelector("[data-rubric]");
  if (!rubric) return;
  const criteria = [...rubric.querySelectorAll("fieldset")];
  const weigh = (elements) => elements.reduce((sum, element) => sum + Number(element.dataset.weight), 0);
  const show = () => {
    const picked = [...rubric.querySelectorAll("input:checked")];
    const points = (weigh(picked) / weigh(criteria)) * Number(rubric.dataset.rubric);
    const rounded = String(Math.floor(points * 100 + 0.5 + 1e-6) / 100);
    const words = rubric.querySelector("[data-rubric-sum]");
    const isWhole = picked.length === criteria.length;
    words.textContent = isWhole ? `The levels add up to ${rounded}.` : `${picked.length} of ${criteria.length} picked.`;
    words.hidden = !picked.length;
    return isWhole ? rounded : "";
  };
  rubric.addEventListener("change", () => {
    document.querySelector("[data-rubric-points]").value = show();
  });
  show();
}

/** The number of unread notifications, looked up again when the reader comes back to the tab. */
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

localTimes();
nameTimeZone();
setInterval(localTimes, 30000);
ownZone();
printButton();
openTarget();
addEventListener("hashchange", openTarget);
onceOnly();
sendByKeys();
sumRubric();
focusWide();
notificationBadge();
for (const root of document.querySelectorAll("[data-live-every]")) keepLive(root, localTimes);
