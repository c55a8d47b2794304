// Answer changes as they are sent: their fields, ids and batches.

/** The fields that are sent, with `made`, from which `clientTime` is computed anew; the others exist only in this browser. */
export function plainChange({ changeId, questionId, response, baseVersion, timeSpent, clientTime, made, flagged }) {
  return { changeId, questionId, response, baseVersion, timeSpent, clientTime, made, flagged };
}

/** A version 4 UUID. `randomUUID` exists in secure contexts only; a school's server may be plain HTTP. */
export function newChangeId(source = globalThis.crypto) {
  if (source?.randomUUID) return source.randomUUID();
  const bytes = new Uint8Array(16);
  if (source?.getRandomValues) source.getRandomValues(bytes);
  else for (let i = 0; i < 16; i++) bytes[i] = Math.floor(Math.random() * 256);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Splits changes into groups whose JSON stays below `limit` bytes (keepalive allows 64 kB). */
export function groupsBySize(changes, limit = 50000) {
  const groups = [];
  let group = [];
  let size = 0;
  for (const change of changes) {
    const bytes = new TextEncoder().encode(JSON.stringify(change)).length + 1;
    if (group.length && size + bytes > limit) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(change);
    size += bytes;
  }
  if (group.length) groups.push(group);
  return groups;
}
