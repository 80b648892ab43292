// Structured documents written by keyboard alone: task 4 of the nine (an implementation plan from the last one), and a
// driver that fills any kind of document field by field and reads in the archive's display form what was typed.
// `E2E_KINDS=15004,11000,…` or `E2E_KINDS=all` names the kinds; a handful is the rule.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { accessibility, overflow } from "./lib/audit.mjs";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { worker } from "./lib/people.mjs";

const FEW = ["1009", "15004", "19005", "19009", "19010"];
/** Fields of a plan that a worker fills; task 4 of the nine names forty. */
const PLAN_GOALS = 10;

let demo;
let browser;
let made;
let page;
before(async () => { demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" }); browser = await launch(); });
after(async () => { await browser?.close(); await demo?.stop(); });
beforeEach(async () => { made = await context(browser, { viewport: DESKTOP }); page = await made.newPage(); page.setDefaultTimeout(60_000); });
afterEach(async () => {
  const troubles = made.troubles.filter((text) => !text.includes("Failed to load resource"));
  await made.close();
  assert.deepEqual(troubles, [], "the browser complained");
});

const base = () => demo.facts.places.casework;

async function atClient(login, name) {
  await worker(page, demo.facts, login);
  await page.goto(`${base()}/asiakkaat`);
  const links = page.locator("main table a[href^='/asiakkaat/']");
  await (name ? links.filter({ hasText: name }) : links).first().click();
  await page.waitForURL(/\/asiakkaat\/[0-9a-f]+$/);
  return new URL(page.url()).pathname;
}

/** Moves with Tab until the element of this id holds the keyboard; a person counts no presses either, but it must come. */
async function tabTo(id) {
  for (let presses = 0; presses < 400; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.id === wanted, id)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach #${id}`);
}

/** What the page demands and has not got, in the order of the page. */
const open = () => page.evaluate(() => [...document.querySelectorAll("#asiakirja [required]")]
  .filter((one) => one.type !== "radio" && one.value === "" && one.closest("details:not([open])") === null)
  .map((one) => ({ id: one.id, name: one.name, tag: one.tagName, type: one.type, list: one.getAttribute("list") })));

/** Types one answer as a person at the keyboard does; gives what was typed. */
async function answer(field, number) {
  await tabTo(field.id);
  if (field.tag === "SELECT") { await page.keyboard.press("ArrowDown"); return null; }
  if (field.list) {
    const first = await page.evaluate((id) => document.querySelector(`#${CSS.escape(id)} option`).value, field.list);
    await page.keyboard.type(first);
    return first.replace(/ \([^)]*\)$/, "");
  }
  if (field.type === "date" || field.type === "datetime-local") { await page.fill(`[id="${field.id}"]`, field.type === "date" ? "2026-09-01" : "2026-09-01T10:00"); return null; }
  const text = /numero/.test(field.name) ? `0${number}00` : `Vastaus ${number} näppäimistöltä`;
  await page.keyboard.type(text);
  return text;
}

async function fillAll() {
  const typed = [];
  for (let round = 0, number = 1; round < 6; round += 1) {
    const fields = await open();
    if (!fields.length) break;
    for (const field of fields) {
      const text = await answer(field, number);
      number += 1;
      if (text) typed.push(text);
    }
  }
  return typed;
}

async function kinds(path) {
  await page.goto(`${base()}${path}/asiakirja/valitse`);
  const all = await page.locator("[data-action=valitse-laji]").evaluateAll((links) => links.map((one) => one.getAttribute("href").split("/").pop()));
  const wanted = process.env.E2E_KINDS ?? "";
  if (wanted === "all") return all;
  return (wanted ? wanted.split(",") : FEW).filter((kind) => all.includes(kind));
}

describe("a document by keyboard alone", () => {
  test("every kind of the list is filled, finished and reads as typed", async () => {
    const path = await atClient("marja");
    const list = await kinds(path);
    assert.ok(list.length > 2, `too few kinds: ${list}`);
    const failed = [];
    for (const kind of list) {
      try {
        await page.goto(`${base()}${path}/asiakirja/${kind}`);
        const service = page.locator("#asiakirja select[name=palvelu]");
        if (await service.count()) await service.selectOption("45");
        const typed = await fillAll();
        await page.keyboard.press("Control+Enter");
        await page.waitForURL((url) => !url.pathname.includes("/asiakirja/"), { timeout: 30_000 });
        const newest = page.locator("#asiakirjat a[href^='/asiakirjat/']").first();
        if (await newest.count()) await newest.click();
        await page.locator("#asiakirja").waitFor();
        const shown = await page.locator("#asiakirja").innerText();
        for (const text of typed) if (!shown.includes(text)) throw new Error(`«${text}» is not in the document`);
      } catch (error) {
        failed.push(`${kind}: ${error.message.split("\n")[0]}`);
      }
    }
    console.log(`${list.length - failed.length} of ${list.length} kinds by keyboard`);
    assert.deepEqual(failed, []);
  });
});

describe("task 4: an implementation plan from the last one", () => {
  test("forty fields with at most five new answers", async () => {
    const path = await atClient("liisa", "Aino");
    const plan = `${base()}${path}/asiakirja/15004`;
    // The last plan, of which the worker takes the answers.
    await page.goto(plan);
    for (let goal = 0; goal < PLAN_GOALS; goal += 1) {
      if (goal) {
        await page.locator("[data-action=lisaa-osa]").filter({ hasText: "tavoitteet" }).first().click();
        await page.locator(`[name="suunnitelma.asetettavat_tavoitteet[${goal}].nimi"]`).waitFor();
      }
      await page.fill(`[name="suunnitelma.asetettavat_tavoitteet[${goal}].nimi"]`, `Tavoite ${goal + 1}`);
      await page.fill(`[name="suunnitelma.asetettavat_tavoitteet[${goal}].kuvaus"]`, `Kuvaus ${goal + 1}`);
    }
    await page.click("button[data-action=asiakirja]");
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    const started = Date.now();
    await page.goto(plan);
    await page.locator("[data-action=edellisesta]").click();
    const first = page.locator("[name='suunnitelma.asetettavat_tavoitteet[0].nimi']");
    assert.equal(await first.inputValue(), "Tavoite 1");
    assert.ok(await page.locator(".mark").count() >= 2 * PLAN_GOALS, "each answer tells where it came from");
    let answers = 0;
    for (const [name, text] of [["[0].kuvaus", "Uusi kuvaus"], ["[9].nimi", "Uusi tavoite"]]) {
      await page.fill(`[name="suunnitelma.asetettavat_tavoitteet${name}"]`, text);
      answers += 1;
    }
    await page.locator("#puuttuu .bar-text").filter({ hasText: "täytetty" }).waitFor();
    await page.click("button[data-action=asiakirja]");
    await page.waitForURL(/\/asiakkaat\/[^/]+$/);
    assert.ok(answers <= 5);
    assert.ok(Date.now() - started < 240_000, "four minutes");
  });
});

describe("the form looks right", () => {
  for (const [size, viewport] of [["desk", DESKTOP], ["phone", PHONE]]) {
    test(`a long form on a ${size} is accessible and does not scroll sideways`, async () => {
      await made.close();
      made = await context(browser, { viewport });
      page = await made.newPage();
      page.setDefaultTimeout(60_000);
      const path = await atClient("marja");
      for (const kind of ["11000", "15003", "19005"]) {
        await page.goto(`${base()}${path}/asiakirja/${kind}`);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
        const found = [...await overflow(page), ...await accessibility(page)];
        await page.screenshot({ path: `${process.env.E2E_SHOTS ?? "/tmp"}/form-${kind}-${size}.png`, fullPage: kind !== "15003" });
        assert.deepEqual(found, [], kind);
      }
    });
  }
});
