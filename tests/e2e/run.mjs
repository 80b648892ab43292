// One demo for the whole run: starts it, runs every test file against it, stops it.
import { spawn } from "node:child_process";
import { startDemo } from "./lib/demo.mjs";

/** The scenario is played this far, so that no page is empty. `E2E_PLAY_TO=` (empty) leaves only the history. */
const PLAY_TO = process.env.E2E_PLAY_TO ?? "1.15";

const demo = await startDemo({ playTo: PLAY_TO || undefined });
const stopAndLeave = async (code) => { await demo.stop(); process.exit(code); };
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stopAndLeave(130));
const words = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...process.argv.slice(2)];
const tests = spawn(process.execPath, words, {
  stdio: "inherit",
  cwd: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  env: { ...process.env, VAKKA_DEMO: demo.facts.places.landing },
});
tests.once("exit", (code) => stopAndLeave(code ?? 1));
