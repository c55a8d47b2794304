// The sealed file for answers that cannot be sent over the network (docs/answer-bundle.md). Pure.
import { seal } from "../../lib/seal.js";

const FORMAT = "exam-answers";
const VERSION = 1;

/** `payload`: {changes, sentAt, deviceId} as sent to the server; `offset`: ms by which the server's clock is ahead, or null. */
export function bundleContent({ payload, offset, answers }) {
  return {
    ...payload,
    clockOffset: offset === null ? null : Math.round(offset),
    acknowledged: Object.values(answers).map(({ questionId, version }) => ({ questionId, version })),
  };
}

/** The file as text. The plain header is authenticated with the content: neither can be changed alone. */
export function sealBundle(attemptId, key, content) {
  const header = new TextEncoder().encode(`${FORMAT} ${VERSION}\n${attemptId}`);
  return JSON.stringify({ format: FORMAT, version: VERSION, attemptId, ...seal(content, key, header) });
}

/** "answers-carl-adams-3f6f2a10.examanswers": only characters that are safe in every file system and mail program. */
export function bundleName(student, attemptId) {
  const name = [student.firstName, student.lastName].join(" ").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
  const plain = name.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return ["answers", plain, attemptId.slice(0, 8)].filter(Boolean).join("-") + ".examanswers";
}
