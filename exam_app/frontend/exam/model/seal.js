// Authenticated encryption (AES-GCM): of the paper that is prefetched in the waiting room, and of answers in a file.
// Pure except for WebCrypto.

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

function base64(buffer) {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
}

/** WebCrypto exists in secure contexts only; a school's server may be plain HTTP. */
export function canSeal(subtle = globalThis.crypto?.subtle) {
  return Boolean(subtle);
}

/** The decrypted content. Rejects when the key is wrong. */
export async function unseal({ iv, sealed }, key, subtle = globalThis.crypto.subtle) {
  const cryptoKey = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const text = await subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, cryptoKey, bytes(sealed));
  return JSON.parse(new TextDecoder().decode(text));
}

/** Encrypts `content` with `key` (base64) and authenticates the bytes `authenticated` too: {iv, sealed}, both base64. */
export async function seal(content, key, authenticated, crypto = globalThis.crypto) {
  const cryptoKey = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12)); // never reused with the same key
  const text = new TextEncoder().encode(JSON.stringify(content));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: authenticated }, cryptoKey, text);
  return { iv: base64(iv), sealed: base64(sealed) };
}

/** The attempt as the server starts it: `started` is the event, `extraSeconds` this student's extra time. */
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
