// A page that keeps itself up to date: its parts marked data-live are fetched again with the page, every
// data-live-every seconds while somebody looks. The server renders them, so that there is one way to do it.

export function keepLive(root, onChange) {
  const seen = new Map(parts(root).map((part) => [part.id, part.innerHTML]));
  const lost = root.querySelector("[data-live-lost]");
  let timer = null;

  async function refresh() {
    clearTimeout(timer);
    let isGone = false;
    try {
      const reply = await fetch(location.href, { cache: "no-store" });
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const found = parts(page);
      if (reply.redirected || !found.length) location.reload(); // signed out: the server says so itself
      for (const part of found) replace(document.getElementById(part.id), part.innerHTML);
    } catch {
      isGone = true;
    }
    lost.hidden = !isGone;
    root.classList.toggle("is-stale", isGone);
    timer = setTimeout(refresh, Number(root.dataset.liveEvery) * 1000);
  }

  function replace(part, html) {
    if (!part || seen.get(part.id) === html) return;
    seen.set(part.id, html);
    const held = part.contains(document.activeElement) ? focusables(part).indexOf(document.activeElement) : -1;
    part.innerHTML = html;
    onChange(part);
    if (held >= 0) focusables(part)[held]?.focus({ preventScroll: true });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refresh();
    else clearTimeout(timer);
  });
  timer = setTimeout(refresh, Number(root.dataset.liveEvery) * 1000);
}

const parts = (root) => [...root.querySelectorAll("[data-live]")];
const focusables = (part) => [...part.querySelectorAll("a, [tabindex]")];
