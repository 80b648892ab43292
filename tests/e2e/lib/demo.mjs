// Starts the demo on free ports with a data folder of its own, and stops it. Or uses one that already runs
// (VAKKA_DEMO=http://localhost:8700), which saves a minute while tests are written.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** How long keys, history and the played scenario may take on a slow machine. */
const START_MS = 300_000;
/** Offsets of the demo's listeners from its base (docs: interfaces of the demo). */
const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13];

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

const free = (port) => new Promise((resolve) => {
  const server = createServer();
  server.once("error", () => resolve(false));
  server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
});

async function freeBase() {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + 20 * Math.floor(Math.random() * 1000);
    const all = await Promise.all(OFFSETS.map((offset) => free(base + offset)));
    if (all.every(Boolean)) return base;
  }
  throw new Error("no free ports for the demo");
}

async function facts(landing) {
  const answer = await fetch(`${landing}/demo.json`);
  if (!answer.ok) throw new Error(`the landing page answers ${answer.status}`);
  return answer.json();
}

/**
 * @param {{playTo?: string, own?: boolean}} options the step of the scenario to play first, `1.15`; `own`: a demo that
 *   nobody else uses, for tests that change what others rely on
 * @returns {Promise<{facts: object, stop: () => Promise<void>}>}
 */
export async function startDemo({ playTo, own = false } = {}) {
  if (process.env.VAKKA_DEMO && !own) return { facts: await facts(process.env.VAKKA_DEMO), stop: async () => {} };
  const program = process.env.VAKKA ?? path.join(ROOT, "target/debug/vakka");
  const base = await freeBase();
  const folder = await mkdtemp(path.join(tmpdir(), "vakka-e2e-"));
  const words = ["demo", "--port-base", String(base), "--data-dir", folder];
  if (playTo) words.push("--play-to", playTo);
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let ended = null;
  // The last thing that it prints, once everything is played and served, is its addresses.
  const ready = new Promise((resolve) => child.stdout.on("data", (text) => { said += text; if (said.includes(`localhost:${base}`)) resolve(); }));
  child.stderr.on("data", (text) => { said += text; });
  const end = new Promise((resolve) => child.once("exit", (code, signal) => { ended = code ?? signal; resolve(); }));
  child.once("error", (error) => { said += error.message; ended = "error"; });
  const stop = async () => {
    if (ended === null) {
      child.kill("SIGINT");
      const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await end;
      clearTimeout(patience);
    }
    await rm(folder, { recursive: true, force: true });
  };
  const started = Date.now();
  await Promise.race([ready, end, new Promise((resolve) => setTimeout(resolve, START_MS).unref())]);
  if (ended !== null || Date.now() - started >= START_MS) {
    await stop();
    throw new Error(`the demo did not start (${ended ?? "too slow"}):\n${said.slice(-4000)}`);
  }
  return { facts: await facts(`http://localhost:${base}`), stop };
}
