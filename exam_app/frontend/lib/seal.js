// Authenticated encryption (AES-256-GCM): of the paper that is prefetched in the waiting room, of answers in a file, and
// of answers on this device. Not by WebCrypto, which exists in secure contexts only (a school's server may be plain
// HTTP) and answers when it likes, so that a page that is being closed could not wait for it. Pure.
import { gcm } from "@noble/ciphers/aes.js";
import { randomBytes } from "@noble/ciphers/utils.js";

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

function base64(buffer) {
  let text = "";
  for (const byte of buffer) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Encrypts `content` with `key` (base64) and authenticates the bytes `authenticated` too: {iv, sealed}, both base64. */
export function seal(content, key, authenticated) {
  const iv = randomBytes(12); // never reused with the same key
  const sealed = gcm(bytes(key), iv, authenticated).encrypt(new TextEncoder().encode(JSON.stringify(content)));
  return { iv: base64(iv), sealed: base64(sealed) };
}

/** The decrypted content. Throws when the key is wrong. */
export function unseal({ iv, sealed }, key, authenticated) {
  return JSON.parse(new TextDecoder().decode(gcm(bytes(key), bytes(iv), authenticated).decrypt(bytes(sealed))));
}
