// Structured documents by the keyboard alone: from the client's page to the archive, and what was typed stands there.
// `E2E_FORMS=11000,19008` takes those kinds, `E2E_FORMS=all` every kind that the two may write; with THL's structures
// (VAKKA_STRUCTURES) that is the long form.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { context, DESKTOP, launch } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { fillForm, tabTo } from "./lib/keyboard.mjs";
import { chooseUnit, insertCard, removeCard } from "./lib/people.mjs";

/** A few of different builds: a plan with repeats, a summary, an assessment, a decision that is signed, a note with one text. */
const SAMPLE = { liisa: ["15004", "16009"], marja: ["1000", "11000", "19005"] };
/** What each would choose: the right of the care home covers one service, and Marja may not decide on that one. */
const OWN = { liisa: /^(Ympärivuorokautinen palveluasuminen|Iäkkäiden palvelut)\b/, marja: /^(Kotihoito|Iäkkäiden palvelut)\b/ };
const PATIENCE_MS = 60_000;
/** Fields of the page that are no part of the document. */
const BESIDE = /^(merkittava|tavoite|palvelu$|allekirjoittaja|tieto$|nahty|tarkistettu)/;

let demo;
let browser;
before(async () => {
  demo = await startDemo({ own: true, playTo: process.env.E2E_PLAY_TO ?? "1.15" });
  browser = await launch();
});
after(async () => {
  if (demo) await removeCard(browser, demo.facts);
  await browser?.close();
  await demo?.stop();
});
const base = () => demo.facts.places.casework_https;

/** Correcting shows the content field by field, and asks for a card. */
async function byCard(login) {
  const made = await context(browser, { viewport: DESKTOP });
  const page = await made.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await (await insertCard(made, demo.facts, login)).close();
  await page.goto(`${base()}/kirjaudu/kortti`);
  await page.click("#kortti button.primary");
  await page.waitForURL((url) => !url.pathname.startsWith("/kirjaudu"));
  await chooseUnit(page);
  await page.waitForURL(/\/tanaan$/);
  await page.goto(`${base()}/asiakkaat`);
  const aino = await page.locator("main table a[href^='/asiakkaat/']", { hasText: "Aino" }).first().getAttribute("href");
  return { made, page, client: `${base()}${aino}` };
}

const keys = (page) => page.locator("#asiakirjat [data-key]").evaluateAll((all) => all.map((one) => one.dataset.key));

/** From the client's page to the form of a kind, by Tab and Enter. */
async function openForm(page, client, kind) {
  await page.goto(client);
  await tabTo(page, (one) => one.action === "asiakirja" && one.tag === "A", "a new document");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/valitse$/);
  await tabTo(page, (one) => one.action === "valitse-laji" && one.href.endsWith(`/${kind}`), `the kind ${kind}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/asiakirja/${kind}$`));
  await page.locator("#asiakirja").waitFor();
}

/** The page of signing, by its button: the reader has the card and its PIN. */
async function signIfAsked(page, client) {
  if (!new URL(page.url()).pathname.startsWith("/allekirjoitus/")) return;
  await tabTo(page, (one) => one.action === "allekirjoita" && one.tag === "BUTTON", "the button that signs");
  const answered = page.waitForNavigation();
  await page.keyboard.press("Enter");
  await answered;
  if (new URL(page.url()).pathname.startsWith("/allekirjoitus/")) throw new Error((await page.locator("main").innerText()).replace(/\s+/g, " ").slice(0, 300));
  await page.goto(client);
}

/** The new document's OID, once it is in the archive. */
async function archived(page, client, had) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await page.goto(client);
    const fresh = (await keys(page)).find((key) => !had.includes(key));
    const state = fresh && await page.locator(`#asiakirjat [data-key="${fresh}"]`).getAttribute("data-state");
    if (state === "archived") return fresh;
    if (state === "rejected") {
      await page.goto(new URL(`/asiakirjat/${fresh}`, client).href);
      throw new Error(`the archive returned it: ${await page.locator(".notice.bad").first().innerText()}`);
    }
    assert.ok(Date.now() < deadline, `the document stays ${state ?? "unseen"}`);
    await page.waitForTimeout(300);
  }
}

/** The archived content as fields again, and its display form: both say what was typed, at its place. */
async function compare(page, oid, typed) {
  await page.goto(`${base()}/asiakirjat/${oid}`);
  const shown = (await page.locator("article.document").innerText()).replace(/\s+/g, " ");
  await page.goto(`${base()}/asiakirjat/${oid}/korjaa`);
  const kept = new Map(await page.evaluate(() => [...new FormData(document.querySelector("#asiakirja")).entries()]));
  for (const [name, value] of typed) {
    if (BESIDE.test(name)) continue;
    assert.equal(kept.get(name), value, `${name} in the archived content`);
    // Of a code the form shows its name, which has a field of its own.
    const code = name.endsWith(".code") || typed.has(`${name}.display`);
    if (value.startsWith("Näyte") && !code) assert.ok(shown.includes(value), `${name}: ${value} in the display form`);
  }
}

async function kindsOf(page, client, login) {
  if (!process.env.E2E_FORMS) return SAMPLE[login];
  await page.goto(`${client}/asiakirja/valitse`);
  const links = await page.locator("a[data-action=valitse-laji]").evaluateAll((all) => all.map((one) => one.getAttribute("href").split("/").at(-1)));
  const only = process.env.E2E_FORMS === "all" ? links : process.env.E2E_FORMS.split(",");
  return [...new Set(links.filter((kind) => only.includes(kind)))];
}

for (const login of Object.keys(SAMPLE)) {
  describe(`the keyboard alone: what ${login} writes`, () => {
    test("is archived as typed", async (t) => {
      const { made, page, client } = await byCard(login);
      for (const kind of await kindsOf(page, client, login)) {
        await t.test(kind, async (one) => {
          await page.goto(client);
          const had = await keys(page);
          await openForm(page, client, kind);
          const typed = await fillForm(page, OWN[login]).catch((fault) => {
            // A kind of other service tasks than Aino's cannot be finished for her, and says so.
            if (!process.env.E2E_FORMS || !fault.message.includes("Palvelutehtävä: koodi ei ole sallittujen")) throw fault;
            one.skip("not of the client's service task");
          });
          if (!typed) return;
          assert.ok(typed.size >= 1, "something was typed");
          if (new URL(page.url()).pathname.includes("/asiakirja/")) {
            const said = (await page.locator("main").innerText()).replace(/\s+/g, " ");
            // Some kinds are written by others: therapy and examinations where the service is carried out (FR-101).
            assert.ok(process.env.E2E_FORMS && /ROLE_FORBIDDEN|UNIT_MISMATCH/.test(said), said);
            one.skip(said.slice(0, 200));
            return;
          }
          await signIfAsked(page, client);
          await compare(page, await archived(page, client, had), typed);
          console.log(`${kind}: ${typed.size} fields by keyboard`);
        });
      }
      assert.deepEqual(made.troubles.filter((text) => !text.includes("Failed to load resource")), []);
      await made.close();
    });
  });
}

test("Enter in a line of a long form sends nothing, with script or without", async () => {
  const { made, page, client } = await byCard("liisa");
  await page.goto(client);
  const had = await keys(page);
  await openForm(page, client, "15004");
  const line = await tabTo(page, (one) => one.inForm && one.tag === "INPUT" && one.type === "text", "a line of text");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.name), line.name, "the focus stays where it was");
  assert.match(page.url(), /\/asiakirja\/15004$/);
  await page.goto(client);
  assert.deepEqual(await keys(page), had, "nothing was finished");
  const cookies = await made.cookies();
  const plain = await context(browser, { viewport: DESKTOP, javaScriptEnabled: false });
  await plain.addCookies(cookies);
  const still = await plain.newPage();
  await still.goto(`${client}/asiakirja/15004`);
  await still.locator("#asiakirja input[type=text]").first().press("Enter");
  await still.waitForLoadState();
  await still.goto(client);
  assert.deepEqual(await keys(still), had, "without script it is kept as a draft");
  assert.ok(await still.locator("#luonnokset [data-key]").count() >= 1);
  await plain.close();
  await made.close();
});
