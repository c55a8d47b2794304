import "../lib/translatable.jsx";
import { render } from "preact";
import { guardPresses } from "../lib/presses.js";
import { tidyDevice } from "../lib/tidy.js";
import { createExam, openExam } from "./live/exam.js";
import { watchOwner } from "./live/owner.js";
import { App } from "./view/app.jsx";
import { listenToKeys, listenToHistory, watchViews } from "./live/controls.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const exam = createExam(boot);
guardPresses();
watchViews(exam);
listenToKeys(exam);
listenToHistory(exam);
render(<App exam={exam} />, document.getElementById("app"));
watchOwner(exam, () => openExam(exam));
tidyDevice();
