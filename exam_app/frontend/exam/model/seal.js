// Sealing: the paper that waited on this device, and the state of its attempt at the very start; answers that go
// to the server in a file. Pure but for WebCrypto.

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

function base64(buffer) {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
}

/** WebCrypto exists in secure contexts only; a school's server may be plain HTTP. */
export function canSeal(subtle = globalThis.crypto?.subtle) {
  return Boolean(subtle);
}

/** The paper inside. Rejects when the key is not the one it was sealed with. */
export async function openSeal({ iv, sealed }, key, subtle = globalThis.crypto.subtle) {
  const opener = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const text = await subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, opener, bytes(sealed));
  return JSON.parse(new TextDecoder().decode(text));
}

/** `content` sealed with `key` (base64), which covers the bytes `covered` too: {iv, sealed}, both base64. */
export async function closeSeal(content, key, covered, crypto = globalThis.crypto) {
  const closer = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12)); // never twice with one key
  const text = new TextEncoder().encode(JSON.stringify(content));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: covered }, closer, text);
  return { iv: base64(iv), sealed: base64(sealed) };
}

/** The attempt as the server begins it: `started` is the event, `extraSeconds` what this student has beyond it. */
export function stateAtStart(paper, started, extraSeconds = 0) {
  return {
    ...paper,
    sessionId: started.sessionId,
    status: "in_progress",
    version: 0,
    startTime: started.startedAt,
    expiresAt: new Date(Date.parse(started.expiresAt) + extraSeconds * 1000).toISOString(),
    currentQuestionIndex: 0,
    answers: [],
  };
}
