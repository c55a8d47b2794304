// A moment whose age can be told later, also by another page on this device and after the device's clock was set:
// {page, at, server}. `page` identifies the page load, `at` is its `elapsed` time, `server` the server's time in ms, or
// null while the page does not know it. Pure.

/** Milliseconds from `moment` to `now`; null if the two have no clock in common. */
export function ageOf(moment, now) {
  if (Number.isFinite(moment?.server) && Number.isFinite(now.server)) return Math.max(0, now.server - moment.server);
  if (moment?.page && moment.page === now.page) return Math.max(0, now.at - moment.at);
  return null;
}

/** The changes with their times for the server, which takes the difference of `clientTime` and `sentAt` as the age. */
export function timedChanges(changes, now, pageTime) {
  return changes.map(({ made, ...change }) => {
    const age = ageOf(made, now);
    return age === null ? change : { ...change, clientTime: new Date(pageTime - age).toISOString() };
  });
}
