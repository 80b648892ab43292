// A browser with a profile folder that outlives it, as a phone has: it is killed, started again, and its folder is searched.
import { chromium } from "playwright-core";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** Starts the browser on a profile folder, phone-size. */
export async function startOn(folder, options = {}) {
  const made = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=fi"],
    env: { ...process.env, LANGUAGE: "fi", LANG: "fi_FI.UTF-8" },
    viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true, locale: "fi-FI", timezoneId: "Europe/Helsinki",
    ...options,
  });
  made.troubles = [];
  made.on("console", (message) => { if (message.type() === "error") made.troubles.push(`console: ${message.text()} (${message.location().url})`); });
  made.on("weberror", (error) => made.troubles.push(`script: ${error.error().stack}`));
  return made;
}

/** Ids of the processes that work on this folder, and on no other. */
async function processesOn(folder) {
  const found = [];
  for (const id of await readdir("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const words = (await readFile(`/proc/${id}/cmdline`, "utf8")).split("\0");
      if (words.includes(`--user-data-dir=${folder}`)) found.push(Number(id));
    } catch { /* It has ended in the meantime. */ }
  }
  return found;
}

/** Kills the browser as a phone that runs out of memory does: no page is asked. */
export async function kill(folder) {
  const ids = await processesOn(folder);
  if (!ids.length) throw new Error("no browser runs on this profile");
  for (const id of ids) { try { process.kill(id, "SIGKILL"); } catch { /* A child ends with its parent. */ } }
  while ((await processesOn(folder)).length) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(name);
    else if (entry.isFile()) yield name;
  }
}

/** Where the bytes of any of the words stand in the folder, as UTF-8, UTF-16 of both orders, or in base64 of any shift. */
export async function search(folder, words) {
  const found = [];
  let searched = 0;
  for await (const name of files(folder)) {
    const bytes = await readFile(name).catch(() => Buffer.alloc(0));
    searched += bytes.length;
    for (const word of words) {
      for (const [form, needle] of forms(word)) if (bytes.includes(needle)) found.push(`${word} (${form}) in ${path.relative(folder, name)}`);
    }
  }
  return { found, searched };
}

function forms(word) {
  const little = Buffer.from(word, "utf16le");
  const big = Buffer.from(little).swap16();
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(word)]).toString("base64");
    return text.slice(shift ? shift + 1 : 0, -4);
  });
  return [["UTF-8", Buffer.from(word)], ["UTF-16", little], ["UTF-16 big", big], ["Latin-1", Buffer.from(word, "latin1")],
    ...shifted.filter((text) => text.length > 7).map((text) => ["base64", Buffer.from(text)])];
}
