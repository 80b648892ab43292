// Makes the pictures of the README from the running product: `node pictures.mjs` against VAKKA_DEMO or a demo of its own.
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { context, launch, PHONE } from "./lib/browser.mjs";
import { ROOT, startDemo } from "./lib/demo.mjs";
import { actFor, citizen, worker } from "./lib/people.mjs";

const FOLDER = path.join(ROOT, "docs/images");
const DESK = { width: 1280, height: 800 };
/** A picture larger than this slows down the page that shows it. */
const BYTES_MAX = 200_000;

const demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" });
const browser = await launch();
await mkdir(FOLDER, { recursive: true });

async function picture(name, viewport, lead) {
  const made = await context(browser, { viewport });
  const page = await made.newPage();
  await lead(page);
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  await made.close();
  const { size } = await stat(file);
  if (size > BYTES_MAX) throw new Error(`${name}.png is ${size} bytes`);
  console.log(`${name}.png ${size} bytes`);
}

async function client(page, login, name) {
  await worker(page, demo.facts, login);
  await page.goto(`${demo.facts.places.casework}/asiakkaat`);
  await page.locator("main table a[href^='/asiakkaat/']", { hasText: name }).first().click();
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
}

try {
  await picture("client-desktop", DESK, (page) => client(page, "marja", "Aino"));
  await picture("note-phone", PHONE, async (page) => {
    await client(page, "liisa", "Aino");
    await page.click("[data-action=kirjaa]");
    await page.locator("[name=teksti]").pressSequentially("Aino osallistui lauluhetkeen ja lauloi mukana. Söi lounaan itse.");
    await page.waitForFunction(() => /\d/.test(document.querySelector(".saved").textContent));
  });
  await picture("citizen", DESK, async (page) => {
    await citizen(page, demo.facts, "Pirkko Korpela");
    await actFor(page, "Aino");
    await page.goto(demo.facts.places.citizen);
  });
} finally {
  await browser.close();
  await demo.stop();
}
