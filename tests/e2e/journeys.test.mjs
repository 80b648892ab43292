// What people do, with the number of actions that the targets allow (users-and-screens): a note on a phone, the card,
// a signature, the language, no script, no mouse.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { chooseUnit, insertCard, removeCard, worker } from "./lib/people.mjs";

/** Longest wait for archiving, which happens by itself. */
const PATIENCE = { timeout: 20_000 };

let demo;
let facts;
let browser;
let made;
let page;
before(async () => {
  demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" });
  ({ facts } = demo);
  browser = await launch();
});
after(async () => { await browser?.close(); await demo?.stop(); });
beforeEach(async () => { made = await context(browser, { viewport: DESKTOP }); page = await made.newPage(); });
afterEach(async () => {
  const troubles = made.troubles.filter((text) => !text.includes("Failed to load resource"));
  await made.close();
  assert.deepEqual(troubles, [], "the browser complained");
});

const base = () => facts.places.casework;
const path = () => new URL(page.url()).pathname;

/** Liisa with the first client of her unit open, which is where a note begins. */
async function atClient(viewport = DESKTOP, options = {}) {
  await made.close();
  made = await context(browser, { viewport, ...options });
  page = await made.newPage();
  page.setDefaultTimeout(15_000);
  await worker(page, facts, "liisa");
  await page.goto(`${base()}/asiakkaat`);
  await page.locator("main table a[href^='/asiakkaat/']").first().click();
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
}
/** Counts what a person does: clicks, taps and key chords; the text itself is the work. */
const actions = () => { let done = 0; return { act: async (doing) => { done += 1; return doing; }, count: () => done }; };
const entries = (text) => page.locator("#asiakirjat [data-key]").filter({ hasText: text });

describe("a routine note on a phone", () => {
  test("two actions around the text, seen on the client's page and archived", async () => {
    await atClient(PHONE, { hasTouch: true, isMobile: true });
    const before = await page.locator("#asiakirjat [data-key]").count();
    const { act, count } = actions();
    await act(await page.tap("[data-action=kirjaa]"));
    const text = page.locator("[name=teksti]");
    await text.waitFor();
    assert.ok(await text.evaluate((one) => one === document.activeElement), "the cursor stands in the text");
    const place = await text.boundingBox();
    assert.ok(place.y + 100 < PHONE.height - 64 && place.y < PHONE.height / 2, `the text begins on the first screen (${place.y} px)`);
    await page.keyboard.type("Söi aamupalan hyvällä ruokahalulla ja luki lehteä.");
    const finish = page.locator("button[data-action=asiakirja]");
    assert.ok(await finish.isVisible());
    const box = await finish.boundingBox();
    assert.ok(box.y + box.height <= PHONE.height && box.height >= 44, "the button is on the screen and large enough for a thumb");
    await act(await finish.tap());
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    assert.equal(count(), 2);
    assert.equal(await page.locator("#asiakirjat [data-key]").count(), before + 1);
    await assertArchived();
  });

  test("the draft is saved while typing, and survives a closed window", async () => {
    await atClient(PHONE);
    await page.click("[data-action=kirjaa]");
    const sentence = `Keskeneräinen ajatus ${Date.now()}`;
    await page.locator("[name=teksti]").pressSequentially(sentence);
    await page.waitForFunction(() => /\d/.test(document.querySelector(".saved").textContent));
    await page.close();
    page = await made.newPage();
    await page.goto(`${base()}/tanaan`);
    await page.locator("#tyot [data-state=draft] a[data-in-row]").first().click();
    await page.waitForFunction(() => document.querySelector("[name=teksti]"));
    assert.equal(await page.inputValue("[name=teksti]"), sentence);
    await page.goto(`${base()}/tanaan`);
    await page.locator("#tyot [data-state=draft] form button").first().click();
  });

  test("an empty note is refused in words, on the page", async () => {
    await atClient(PHONE);
    await page.click("[data-action=kirjaa]");
    await page.evaluate(() => { document.querySelector("form[data-autosave]").noValidate = true; });
    await page.click("button[data-action=asiakirja]");
    await page.locator(".notice.bad").waitFor();
    assert.equal(await page.locator("[name=teksti]").count(), 1, "the form is still there");
  });
});

async function assertArchived() {
  const row = page.locator("#asiakirjat [data-key]").first();
  const deadline = Date.now() + PATIENCE.timeout;
  while (await row.getAttribute("data-state") !== "archived") {
    assert.ok(Date.now() < deadline, `the newest document stays ${await row.getAttribute("data-state")}`);
    await page.waitForTimeout(250);
    await page.reload();
  }
}

test("Ctrl+Enter finishes a note", async () => {
  await atClient();
  await page.keyboard.press("e");
  await page.locator("[name=teksti]").waitFor();
  await page.keyboard.type("Ulkoiltiin pihalla puoli tuntia.");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
  await assertArchived();
});

describe("the card", () => {
  afterEach(() => removeCard(browser, facts));

  test("login by the page's own script through the card reader", async () => {
    await (await insertCard(made, facts, "marja")).close();
    await page.goto(`${facts.places.casework_https}/kirjaudu/kortti`);
    await page.click("#kortti button.primary");
    await page.waitForURL((url) => !url.pathname.startsWith("/kirjaudu"));
    await chooseUnit(page);
    await page.waitForURL(/\/tanaan$/);
    assert.match(await page.locator("header .user").innerText(), /Marja Salo/);
  });

  test("the reader asks for the PIN on its own page when none is ready", async () => {
    await page.goto(`${facts.places.casework_https}/kirjaudu/kortti`);
    await page.click("#kortti button.primary");
    const reader = await made.newPage();
    await reader.goto(facts.places.reader);
    const form = reader.locator("form[action^='/waiting/']");
    for (let tries = 0; tries < 20 && !(await form.count()); tries += 1) { await reader.waitForTimeout(250); await reader.reload(); }
    await choose(form, "marja");
    await form.locator("[name=pin]").fill(facts.pins[0]);
    await form.locator("button.primary").click();
    await page.waitForURL((url) => !url.pathname.startsWith("/kirjaudu"));
    await reader.close();
  });

  test("a wrong PIN is told, and nobody is logged in", async () => {
    const reader = await insertCard(made, facts, "marja", { pin1: "9999" });
    await reader.close();
    await page.goto(`${facts.places.casework_https}/kirjaudu/kortti`);
    await page.click("#kortti button.primary");
    await page.locator(".notice.bad").waitFor();
    await page.goto(`${facts.places.casework_https}/tanaan`);
    assert.match(path(), /^\/kirjaudu/);
  });

  test("a decision is signed by the script, and the archive takes it", async () => {
    await (await insertCard(made, facts, "antti")).close();
    await page.goto(`${facts.places.casework_https}/kirjaudu/kortti`);
    await page.click("#kortti button.primary");
    await page.waitForURL((url) => !url.pathname.startsWith("/kirjaudu"));
    await chooseUnit(page, "Ikääntyneiden");
    await page.goto(`${facts.places.casework_https}/asiakkaat`);
    await page.locator("main table a[href^='/asiakkaat/']").first().click();
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    const client = page.url();
    await page.goto(`${client}/asiakirja/11000`);
    await fillRequired("#asiakirja");
    await page.click("button[data-action=asiakirja]");
    // What is asked only under a condition is told after the first try; it is filled then.
    await page.waitForLoadState();
    if (!path().startsWith("/allekirjoitus/")) {
      for (const field of await page.locator("#asiakirja [aria-invalid=true]").all()) await field.fill("Ohje on liitteenä.");
      await page.click("button[data-action=asiakirja]");
    }
    await page.waitForURL(/\/allekirjoitus\//);
    await page.click("#allekirjoita button.primary");
    await page.waitForURL((url) => !url.pathname.startsWith("/allekirjoitus/"));
    await page.goto(client);
    await assertArchived();
  });
});

/** Fills what a form demands, as a person who takes the first choice and writes a word. */
async function fillRequired(form) {
  for (const field of await page.locator(`${form} :is(input, textarea, select)[required]`).all()) {
    const { tag, type, value } = await field.evaluate((one) => ({ tag: one.tagName, type: one.type, value: one.value }));
    if (value && type !== "radio") continue;
    if (tag === "SELECT") await field.selectOption({ index: 1 });
    else if (type === "radio" || type === "checkbox") await field.check();
    else if (type === "date") await field.fill("2026-10-01");
    else if (type === "datetime-local") await field.fill("2026-10-01T09:00");
    else if (await field.getAttribute("list")) await field.fill(await field.evaluate((one) => one.list.options[0].value));
    else await field.fill("Selvitys on tehty.");
  }
}

async function choose(form, card) {
  const select = form.locator("select");
  if (await select.count()) await select.selectOption(card);
  else if (await form.locator(`input[value='${card}']`).count()) await form.locator(`input[value='${card}']`).check();
}

test("the language switch keeps the page", async () => {
  await atClient();
  const where = page.url();
  await page.click(".languages a[lang=sv]");
  assert.equal(page.url(), where);
  assert.equal(await page.getAttribute("html", "lang"), "sv");
  await page.click("[data-action=kirjaa]");
  assert.equal(await page.getAttribute("html", "lang"), "sv");
  await page.click(".languages a[lang=fi]");
  assert.equal(await page.getAttribute("html", "lang"), "fi");
});

test("a note is written without JavaScript, and a draft is kept by its button", async () => {
  await atClient(DESKTOP, { javaScriptEnabled: false });
  const client = page.url();
  await page.click("[data-action=kirjaa]");
  await page.fill("[name=teksti]", "Ilman komentosarjoja kirjattu merkintä.");
  await page.click("button[data-action=asiakirja-toinen]");
  assert.ok((await page.locator("#luonnokset [data-key]").count()) > 0, "the draft is listed");
  await page.locator("#luonnokset a").first().click();
  assert.equal(await page.inputValue("[name=teksti]"), "Ilman komentosarjoja kirjattu merkintä.");
  await page.click("button[data-action=asiakirja]");
  assert.equal(page.url(), client);
  await assertArchived();
});

test("the keyboard alone is enough: login, client, note, finish", async () => {
  const known = facts.workers.find((one) => one.login === "liisa");
  /** Goes on with Tab until the wanted element has the focus; gives up where a person would. */
  const tabTo = async (css) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, css)) {
        const seen = await page.evaluate(() => {
          const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        });
        assert.ok(seen, `the focus on ${css} is visible`);
        return;
      }
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${css}`);
  };
  await page.goto(`${base()}/kirjaudu`);
  await tabTo("[name=tunnus]");
  await page.keyboard.type(known.login);
  await tabTo("[name=salasana]");
  await page.keyboard.type(known.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/kirjaudu"));
  if (path().startsWith("/yksikko")) {
    await tabTo("#yksikko input[type=radio]");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/tanaan$/);
  }
  await tabTo("a.skip");
  await tabTo(".main-nav a[href='/asiakkaat']");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/asiakkaat$/);
  await tabTo("main table a[href^='/asiakkaat/']");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
  await tabTo("[data-action=kirjaa]");
  await page.keyboard.press("Enter");
  await page.locator("[name=teksti]").waitFor();
  await tabTo("[name=teksti]");
  await page.keyboard.type("Kirjattu näppäimistöllä.");
  await tabTo("button[data-action=asiakirja]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
  await assertArchived();
});

test("an unknown address gives a page with a way onward", async () => {
  await worker(page, facts, "liisa");
  const answer = await page.goto(`${base()}/ei-ole`);
  assert.equal(answer.status(), 404);
  await page.locator("main a.button").first().click();
  assert.ok((await page.locator("h1").count()) === 1 && !page.url().endsWith("/ei-ole"));
});
