// Bundles the browser sources into exam_app/static/dist. `--watch` rebuilds on every change.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "static", "dist");

const ENTRIES = {
  exam: "exam/main.jsx",
  monitor: "monitor/main.jsx",
  pages: "pages/main.js",
  apidocs: "apidocs/main.js",
  sw: "sw/main.js",
  app: "styles/main.css",
};

const entryPoints = [];
for (const [out, source] of Object.entries(ENTRIES)) {
  const path = join(here, source);
  if (existsSync(path)) entryPoints.push({ in: path, out });
  else console.warn(`skipped, not written yet: ${source}`);
}

const options = {
  entryPoints,
  outdir,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: ["es2020", "chrome87", "firefox85", "safari14.1"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "linked",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
  metafile: true,
};

await mkdir(outdir, { recursive: true });
if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  const result = await esbuild.build(options);
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
    if (!/\.(map|txt)$/.test(file)) console.log(`${relative(process.cwd(), file)}  ${(bytes / 1024).toFixed(1)} kB`);
  }
}
