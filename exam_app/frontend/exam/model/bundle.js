// The file that a page without a network hands to its student (docs/answer-bundle.md). Pure but for WebCrypto.
import { closeSeal } from "./seal.js";

const FORMAT = "exam-answers";
const VERSION = 1;

/** `parcel`: {changes, sentAt, deviceId} as for the server; `offset`: ms that its clock is ahead, or null. */
export function bundleContent({ parcel, offset, answers }) {
  return {
    ...parcel,
    clockOffset: offset === null ? null : Math.round(offset),
    acknowledged: Object.values(answers).map(({ questionId, version }) => ({ questionId, version })),
  };
}

/** The file as text. The open part is sealed with the content: neither can be changed alone. */
export async function sealBundle(attemptId, key, content) {
  const covered = new TextEncoder().encode(`${FORMAT} ${VERSION}\n${attemptId}`);
  return JSON.stringify({ format: FORMAT, version: VERSION, attemptId, ...(await closeSeal(content, key, covered)) });
}

/** "answers-carl-adams-3f6f2a10.examanswers": only what every disk and every mail program takes. */
export function bundleName(person, attemptId) {
  const name = [person.firstName, person.lastName].join(" ").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
  const plain = name.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return ["answers", plain, attemptId.slice(0, 8)].filter(Boolean).join("-") + ".examanswers";
}
