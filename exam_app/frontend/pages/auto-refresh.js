// Refreshes the regions marked data-live every data-live-every seconds while the page is visible. It fetches the
// whole page again, so that only the server renders them.

import { page } from "../lib/rest.js";

export function autoRefresh(root, onChange) {
  const current = new Map(regions(root).map((region) => [region.id, region.innerHTML]));
  const warning = root.querySelector("[data-live-lost]");
  let timer = null;

  async function refresh() {
    clearTimeout(timer);
    let isUnreachable = false;
    try {
      const reply = await page(location.href);
      const fresh = new DOMParser().parseFromString(reply.text, "text/html");
      const found = regions(fresh);
      if (reply.redirected || !found.length) location.reload(); // signed out: the reload shows the login page
      for (const region of found) replace(document.getElementById(region.id), region.innerHTML);
    } catch {
      isUnreachable = true;
    }
    warning.hidden = !isUnreachable;
    root.classList.toggle("is-stale", isUnreachable);
    timer = setTimeout(refresh, Number(root.dataset.liveEvery) * 1000);
  }

  function replace(region, html) {
    if (!region || current.get(region.id) === html) return;
    current.set(region.id, html);
    const focused = region.contains(document.activeElement) ? focusables(region).indexOf(document.activeElement) : -1;
    region.innerHTML = html;
    onChange(region);
    if (focused >= 0) focusables(region)[focused]?.focus({ preventScroll: true });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refresh();
    else clearTimeout(timer);
  });
  timer = setTimeout(refresh, Number(root.dataset.liveEvery) * 1000);
}

const regions = (root) => [...root.querySelectorAll("[data-live]")];
const focusables = (region) => [...region.querySelectorAll("a, [tabindex]")];
