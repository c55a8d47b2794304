// The proctor's live dashboard.
import { render } from "preact";
import { App } from "./view/app.jsx";
import { createMonitor } from "./live/monitor.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
render(<App boot={boot} monitor={createMonitor(boot.sessionId)} />, document.getElementById("app"));
