// The proctor's live dashboard: reads what the server put into the page, connects, draws.
import { render } from "preact";
import { App } from "./view/app.jsx";
import { createLive } from "./live/monitor.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
render(<App boot={boot} live={createLive(boot.sessionId)} />, document.getElementById("app"));
