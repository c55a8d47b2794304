// Small helps for pages that the server rendered; each of them also works without.
import { api } from "../lib/csrf.js";
import { clockTime, dateTime, relativeTime, zoneName } from "../lib/format.js";

/** Times in the reader's own zone: relative when near, the exact one on hover and for screen readers. */
function localTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-local-time]")) {
    const iso = element.dateTime;
    const exact = dateTime(iso);
    if (!exact) continue;
    const near = relativeTime(iso);
    element.title = exact;
    if (element.dataset.localTime === "time") {
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
  const words = document.querySelector("[data-time-zone]");
  if (words) words.textContent = `Times are in the time zone of this device: ${zoneName()}.`;
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
onceOnly();
notificationBadge();
