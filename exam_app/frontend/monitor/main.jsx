// The proctor's live dashboard.
import "../lib/translatable.jsx";
import { render } from "preact";
import { guardPresses } from "../lib/presses.js";
import { tidyDevice } from "../lib/tidy.js";
import { App } from "./view/app.jsx";
import { createMonitor } from "./live/monitor.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
render(<App boot={boot} monitor={createMonitor(boot.sessionId)} />, document.getElementById("app"));
guardPresses();
tidyDevice();
