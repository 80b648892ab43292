// The tasks of users-and-screens 3.11, each within its limit. A script begins at the page after login.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "./lib/audit.mjs";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { worker } from "./lib/people.mjs";
import { person } from "./lib/person.mjs";

let demo;
let browser;
before(async () => { demo = await startDemo({ own: true, playTo: process.env.E2E_PLAY_TO ?? "1.15" }); browser = await launch(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const base = () => demo.facts.places.casework;

/** Visits planned so far: each has a time of its own, since an entry within a visit's time records every visit of it. */
let visit = 0;

/** Plans visits that have begun, for clients of Liisa's unit, as a shift's plan comes to be; gives their times. */
async function planned(page, count = 1) {
  await page.goto(`${base()}/asiakkaat`);
  const links = await page.locator("main table a[href^='/asiakkaat/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")).filter((href) => /^\/asiakkaat\/[^/]+$/.test(href)));
  const clients = [...new Set(links)];
  const times = [];
  for (let n = 0; n < count; n += 1) {
    await page.goto(`${base()}${clients[n % clients.length]}/kaynti`);
    const [day, hour] = (await page.inputValue("[name=alkaa]")).split("T");
    // The form proposes the next hour, so the hour before has begun.
    const minutes = (Number(hour.slice(0, 2)) - 1) * 60 - 20 * visit;
    visit += 1;
    const [hours, rest] = [Math.floor(minutes / 60), String(minutes % 60).padStart(2, "0")];
    await page.fill("[name=alkaa]", `${day}T${String(hours).padStart(2, "0")}:${rest}`);
    await page.selectOption("[name=kesto]", "15");
    await page.click("#kaynti button.primary");
    await page.waitForURL(/\/kalenteri/);
    times.push(`${hours}.${rest}`);
  }
  return times;
}

/** The row of the visit of this time. */
const rowOf = (page, time) => page.locator("#tyot li.work").filter({ has: page.locator(".when", { hasText: new RegExp(`^${time.replace(".", "\\.")}$`) }) });

/** Opens the visit's entry in its row. */
async function begin(page, someone, time) {
  await someone.click(rowOf(page, time).getByRole("link", { name: /^Kirjaa\s*:/ }));
  await page.locator("textarea:focus").waitFor();
}

async function atWork({ viewport = DESKTOP, options = {}, visits = 1 } = {}) {
  const made = await context(browser, { viewport, ...options });
  const page = await made.newPage();
  page.setDefaultTimeout(15_000);
  await worker(page, demo.facts, "liisa");
  const times = await planned(page, visits);
  await page.goto(`${base()}/tanaan`);
  return { made, page, someone: person(page), times };
}

describe("task 1: a routine note from the list, on a desk", () => {
  test("two actions around the text, two requests, at most ten seconds", async () => {
    const { made, page, someone } = await atWork();
    someone.start();
    await someone.click(someone.named("link", /^Kirjaa\s*:/).first());
    await page.locator("textarea:focus").waitFor();
    await someone.type("Aamupala maistui. Luki lehteä ja lähti mielellään ulos.");
    await someone.press("Control+Enter");
    await someone.sees(/Valmis, arkistoituu/);
    const { actions, requests, seconds } = someone.counted;
    console.log(`task 1: ${actions} actions, ${requests.length} requests, ${seconds.toFixed(1)} s`);
    assert.ok(actions <= 2, `${actions} actions`);
    assert.ok(requests.length <= 3, requests.join("\n"));
    assert.ok(seconds <= 10, `${seconds} s`);
    // The focus is back in the same row, and the list after loading says the same.
    assert.equal(await page.evaluate(() => document.activeElement.closest("li.work")?.dataset.state), "visit_recorded");
    assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
    await page.reload();
    assert.ok((await page.locator("#tyot [data-state=visit_recorded]").count()) >= 1);
    await made.close();
  });

  test("by keys alone, and on to the next", async () => {
    const { made, page, someone } = await atWork({ visits: 3 });
    someone.start();
    await someone.press("e");
    await page.locator("textarea:focus").waitFor();
    await someone.type("Nukkui hyvin.");
    await someone.press("Control+Shift+Enter");
    await page.waitForFunction(() => document.activeElement?.matches("textarea") && document.activeElement.value === "");
    await someone.type("Kävi suihkussa.");
    await someone.press("Control+Enter");
    await page.waitForFunction(() => document.querySelectorAll("#tyot .work.done").length === 2);
    assert.ok(someone.counted.actions <= 3);
    await made.close();
  });

  test("the draft is saved a second after typing stops, and the row goes on with it", async () => {
    const { made, page, someone, times } = await atWork({ visits: 2 });
    await begin(page, someone, times[0]);
    await someone.type("Jäi kesken");
    await page.getByText(/^Luonnos tallennettu \d+\.\d\d$/).waitFor({ timeout: 3000 });
    await page.reload();
    await someone.click(someone.named("link", /^Jatka\s*:/).first());
    assert.equal(await page.locator("textarea:focus").inputValue(), "Jäi kesken");
    await someone.press("Control+Enter");
    await someone.sees(/Valmis, arkistoituu/);
    await made.close();
  });

  test("a session that has ended loses no text", async () => {
    const { made, page, someone, times } = await atWork({ visits: 2 });
    await begin(page, someone, times[0]);
    await someone.type("Tämä ei saa kadota");
    await made.clearCookies();
    await someone.press("Control+Enter");
    await someone.sees(/Teksti on yhä tässä/);
    assert.equal(await page.locator("textarea[name=teksti]").inputValue(), "Tämä ei saa kadota");
    await made.close();
  });

  test("on a phone the buttons are wide enough and finishing stays on the screen", async () => {
    const { made, page, someone } = await atWork({ viewport: PHONE, options: { hasTouch: true, isMobile: true }, visits: 2 });
    const start = someone.named("link", /^Kirjaa\s*:/).first();
    assert.ok((await start.boundingBox()).height >= 48);
    someone.start();
    await someone.tap(start);
    await page.locator("textarea:focus").waitFor();
    await someone.type("Puhelimella kirjattu.");
    // The keyboard of a phone takes the lower half.
    await page.setViewportSize({ width: PHONE.width, height: 400 });
    const finish = someone.named("button", "Valmis");
    const box = await finish.boundingBox();
    assert.ok(box.height >= 48 && box.y + box.height <= 400, `Valmis stands at ${box.y}, ${box.height} high`);
    assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
    await someone.tap(finish);
    await someone.sees(/Valmis, arkistoituu/);
    assert.ok(someone.counted.actions <= 2);
    await made.close();
  });
});

describe("the frame", () => {
  test("Ctrl+K finds a client and records without the mouse", async () => {
    const { made, page, someone } = await atWork({ visits: 0 });
    const name = await page.goto(`${base()}/asiakkaat`).then(() => page.locator("main table a[href^='/asiakkaat/']").first().textContent());
    await page.goto(`${base()}/tanaan`);
    await someone.press("Control+k");
    await page.locator("dialog input:focus").waitFor();
    await someone.type(`kirjaa ${name.split(" ")[0]}`);
    await page.locator("dialog a", { hasText: name }).first().waitFor();
    assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
    await someone.press("Enter");
    await page.locator("textarea:focus").waitFor();
    assert.ok(!page.url().includes(name.split(" ")[0]));
    await made.close();
  });

  test("a locked page shows nothing of anybody, the back button neither", async () => {
    const { made, page, someone } = await atWork({ visits: 1 });
    const client = await page.locator("#tyot .who").first().textContent();
    await page.locator("#tyot .who").first().click();
    await page.waitForURL(/\/asiakkaat\//);
    await someone.click(someone.named("button", "Lukitse"));
    await page.waitForURL(/\/lukittu$/);
    assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
    for (let back = 0; back < 2; back += 1) {
      await page.goBack().catch(() => {});
      await page.waitForLoadState();
      assert.ok(!(await page.locator("body").innerText()).includes(client), "a name after going back");
    }
    await page.goto(`${base()}/lukittu`);
    await page.fill("[name=salasana]", demo.facts.workers.find((one) => one.login === "liisa").password);
    await page.click("#avaa-lukko button");
    await page.waitForURL(/\/asiakkaat\//);
    await made.close();
  });

  test("a page that nobody touches locks itself, and the text is a draft", async () => {
    const { made, page, someone, times } = await atWork({ visits: 2 });
    await page.clock.install();
    await page.goto(`${base()}/tanaan`);
    await begin(page, someone, times[0]);
    await someone.type("Puhelin soi kesken lauseen");
    await page.clock.fastForward("06:00");
    await page.waitForURL(/\/lukittu$/);
    await page.fill("[name=salasana]", demo.facts.workers.find((one) => one.login === "liisa").password);
    await page.click("#avaa-lukko button");
    await page.waitForURL(/\/tanaan$/);
    await someone.named("link", /^Jatka\s*:/).first().click();
    assert.equal(await page.locator("textarea[name=teksti]").inputValue(), "Puhelin soi kesken lauseen");
    await made.close();
  });

  test("nothing scrolls sideways at 320 px", async () => {
    const { made, page } = await atWork({ viewport: { width: 320, height: 700 }, visits: 1 });
    for (const path of ["/tanaan", "/tanaan?nakyma=vuoro", "/kalenteri", "/komennot", "/asetukset"]) {
      await page.goto(`${base()}${path}`);
      assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), [], path);
    }
    await made.close();
  });
});
