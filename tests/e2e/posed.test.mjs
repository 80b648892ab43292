// Pages that no link leads to: what forms answer, and what is said when something is refused.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "./lib/audit.mjs";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { citizen, worker } from "./lib/people.mjs";

let demo;
let browser;
let checked = 0;
before(async () => { demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" }); browser = await launch(); });
after(async () => {
  console.log(`${checked} answers × variants checked`);
  await browser?.close();
  await demo?.stop();
});

/** Fields are checked by the server too; a browser without the page's own checks sees what it says. */
const unchecked = (page, form) => page.evaluate((css) => { document.querySelector(css).noValidate = true; }, form);

const WORKER = {
  "a wrong password": { login: null, async pose(page, base) {
    await page.goto(`${base}/kirjaudu`);
    await page.fill("[name=tunnus]", "liisa");
    await page.fill("[name=salasana]", "vaara");
    await page.click("#kirjaudu button");
  } },
  "a card answer that is none": { login: null, async pose(page, base) {
    await page.goto(`${base}/kirjaudu/kortti`);
    await page.click("#kortti summary");
    await page.fill("[name=vastaus]", "{}");
    await page.click("#kortti button.primary");
  } },
  "an unknown page": { login: "liisa", async pose(page, base) { await page.goto(`${base}/ei-ole`); } },
  "another's client": { login: "liisa", async pose(page, base) { await page.goto(`${base}/asiakkaat/00000000000000000000000000000000`); } },
  "a client that is not found": { login: "liisa", async pose(page, base) {
    await page.goto(`${base}/asiakkaat`);
    await page.fill("[name=haku]", "Tuntematon");
    await page.click("#hae button");
  } },
  "a search in the own register without a card": { login: "marja", async pose(page, base) {
    await page.goto(`${base}/haku`);
    await page.click("#haku-oma button");
  } },
  "a contact without a person": { login: "marja", async pose(page, base) {
    await page.goto(`${base}/yhteydenotto`);
    await unchecked(page, "#yhteydenotto");
    await page.click("#yhteydenotto button[data-action]");
  } },
  "a document with nothing in it": { login: "marja", async pose(page, base) {
    await page.goto(`${base}/asiakkaat`);
    await page.locator("main table a[href^='/asiakkaat/']").first().click();
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    await page.goto(`${page.url()}/asiakirja/11000`);
    await unchecked(page, "#asiakirja");
    await page.click("#asiakirja button[data-action=asiakirja]");
    await page.waitForLoadState();
  } },
  "a note that begins with a moment": { login: "marja", async pose(page, base) {
    await page.goto(`${base}/asiakkaat`);
    await page.locator("main table a[href^='/asiakkaat/']").first().click();
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    await page.goto(`${page.url()}/asiakirja/19005`);
    await page.fill("[name=teksti]", "Eilen 9 Aino soitti.");
    await page.click("#asiakirja button[data-action=asiakirja]");
    await page.waitForSelector("[name=milloin]");
  } },
  "an order that holds nothing": { login: "liisa", async pose(page, base) {
    await page.goto(`${base}/oikeudet`);
    await page.fill("#liita [name=tilaus]", "Tässä ei ole tilausta.");
    await page.click("#liita button");
  } },
  "a search by a case that is not the unit's": { login: "liisa", async pose(page, base) {
    await page.goto(`${base}/haku`);
    await page.fill("#haku-asia [name=asia]", "1.2.246.10.99990015.95.2026.2.9999");
    await page.click("#haku-asia button");
  } },
};

const CITIZEN = {
  "a code that is none": { login: null, async pose(page, base) {
    await page.goto(`${base}/kirjaudu`);
    await page.fill("#kirjaudu-tunnus [name=hetu]", "120243-934A");
    await page.click("#kirjaudu-tunnus button");
  } },
  "a document that is not shown": { login: "Aino Korpela", async pose(page, base) {
    await page.goto(`${base}/asiakirjat/1.2.246.10.99990015.95.2026.1.999999`);
  } },
  "an unknown page": { login: "Aino Korpela", async pose(page, base) { await page.goto(`${base}/ei-ole`); } },
};

function poses(name, all, base, enter, langs) {
  describe(name, () => {
    for (const [what, { login, pose }] of Object.entries(all)) {
      test(what, { timeout: 120_000 }, async () => {
        const faults = [];
        for (const lang of langs) {
          for (const viewport of [DESKTOP, PHONE]) {
            const made = await context(browser, { viewport });
            await made.addCookies([{ name: "kieli", value: lang, url: base() }]);
            const page = await made.newPage();
            page.setDefaultTimeout(15_000);
            if (login) await enter(page, login);
            made.troubles.length = 0;
            await pose(page, base());
            faults.push(...(await audit(page, { lang, troubles: made.troubles, errorPage: true })).map((one) => `${lang}-${viewport.width}: ${one}`));
            // Wherever somebody ends up, something leads on.
            if ((await page.locator("main a[href], main button, nav a[href]").count()) === 0) faults.push(`${lang}: a dead end`);
            checked += 1;
            await made.close();
          }
        }
        assert.deepEqual(faults, []);
      });
    }
  });
}

poses("workers", WORKER, () => demo.facts.places.casework, (page, login) => worker(page, demo.facts, login), ["fi", "sv"]);
poses("citizens", CITIZEN, () => demo.facts.places.citizen, (page, name) => citizen(page, demo.facts, name), ["fi", "sv", "en"]);
