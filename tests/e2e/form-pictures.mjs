// Makes the pictures of docs/forms.md: twelve structures as forms, on a desk and on a phone, in Finnish and Swedish.
// `node form-pictures.mjs` against VAKKA_DEMO or a demo of its own. The built-in structures only: THL's are not ours to show.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { context, launch, speak } from "./lib/browser.mjs";
import { ROOT, startDemo } from "./lib/demo.mjs";
import { worker } from "./lib/people.mjs";

const FOLDER = path.join(ROOT, "docs/images/forms");
const SIZES = { 1280: { width: 1280, height: 900 }, 375: { width: 375, height: 760 } };
/** All of them together: a reader loads the page of forms in one go. */
const BYTES_MAX = 4_000_000;

/** Who writes each kind. */
const KINDS = {
  marja: ["4006", "1009", "1000", "11000", "15003", "19001", "19005", "19010"],
  liisa: ["15004", "16009", "19007", "19008"],
};

const demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" });
const browser = await launch();
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const base = demo.facts.places.casework;
let bytes = 0;

/** A WebP of what the window shows; Playwright itself makes PNG only, three times as large. */
async function picture(page, name) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 70 });
  await session.detach();
  const file = Buffer.from(data, "base64");
  bytes += file.length;
  await writeFile(path.join(FOLDER, `${name}.webp`), file);
}

try {
  for (const [login, kinds] of Object.entries(KINDS)) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const made = await context(browser, { viewport });
      const page = await made.newPage();
      await worker(page, demo.facts, login);
      await page.goto(`${base}/asiakkaat`);
      const aino = await page.locator("main table a[href^='/asiakkaat/']", { hasText: "Aino" }).first().getAttribute("href");
      for (const lang of ["fi", "sv"]) {
        await speak(made, lang, [base]);
        for (const kind of kinds) {
          await page.goto(`${base}${aino}/asiakirja/${kind}`);
          // From the client's bar on: the frame above it is the same on every page.
          await page.locator("#identity").evaluate((one) => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY));
          await page.waitForFunction(() => document.fonts.status === "loaded");
          await picture(page, `${kind}-${lang}-${size}`);
        }
      }
      await made.close();
    }
  }
  if (bytes > BYTES_MAX) throw new Error(`the pictures are ${bytes} bytes`);
  console.log(`${bytes} bytes in all`);
} finally {
  await browser.close();
  await demo.stop();
}
