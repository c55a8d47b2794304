import { render } from "preact";
import { createExam } from "./live/exam.js";
import { App } from "./view/app.jsx";
import { listenToKeys, listenToHistory } from "./live/controls.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const exam = createExam(boot);
listenToKeys(exam);
listenToHistory(exam);
render(<App exam={exam} />, document.getElementById("app"));
