// A paper that waited sealed on this device, and the state of its attempt at the very start. Pure but for WebCrypto.

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** WebCrypto exists in secure contexts only; a school's server may be plain HTTP. */
export function canOpen(subtle = globalThis.crypto?.subtle) {
  return Boolean(subtle);
}

/** The paper inside. Rejects when the key is not the one it was sealed with. */
export async function openSeal({ iv, sealed }, key, subtle = globalThis.crypto.subtle) {
  const opener = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const text = await subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, opener, bytes(sealed));
  return JSON.parse(new TextDecoder().decode(text));
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
