// A student with the official JavaScript client, outside a browser.
// node browser_client.mjs URL TOKEN SESSION: answers one question, then prints the events it receives, one JSON line each.
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const [url, token, sessionId] = process.argv.slice(2);
const socket = io(`${url}/student`, { auth: { token }, transports: ["websocket"], reconnection: false });

const say = (name, data) => console.log(JSON.stringify({ name, data }));
const ask = (name, data) => socket.timeout(10_000).emitWithAck(name, data);

socket.onAny(say);
socket.on("connect_error", (error) => say("connect_error", error.data ?? error.message));
socket.on("disconnect", () => process.exit(0));
socket.on("connect", async () => {
  const joined = await ask("session_join", { sessionId });
  say("joined", joined);
  const { attemptId, questions } = joined.data.attempt;
  const { questionId } = questions.find((question) => question.questionType === "short_answer");
  const changes = [{ changeId: randomUUID(), questionId, response: { text: "nucleus" } }];
  say("saved", await ask("answers_save", { attemptId, changes }));
  say("refused", await ask("answers_save", { attemptId, changes: "none" }));
  say("ready", null);
});
socket.on("message", async ({ messageId }) => {
  say("receipt", await ask("message_received", { messageIds: [messageId], confirmed: true }));
});
socket.on("session_completed", () => socket.close());
