// Task 4 of users-and-screens 3.11: an implementation plan from the last one. The last one has more than forty answers; the new
// one is begun from it, at most five answers are written anew, and it is in the archive within four minutes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit } from "./lib/audit.mjs";
import { context, DESKTOP, launch } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { worker } from "./lib/people.mjs";
import { person } from "./lib/person.mjs";

const PLAN = "suunnitelma.";
const PATIENCE_MS = 60_000;

let demo;
let browser;
before(async () => { demo = await startDemo({ own: true, playTo: process.env.E2E_PLAY_TO ?? "1.15" }); browser = await launch(); });
after(async () => { await browser?.close(); await demo?.stop(); });
const base = () => demo.facts.places.casework;

/** The answers of the last plan, by the names of the form's fields. */
function answers() {
  const all = { sosiaalipalvelun_alkamispaivamaara: "2026-09-28" };
  for (const name of ["kuvaus_asiakkaan_tilanteesta", "asiakkaan_terveys_ja_toimintakyky", "asiakkaan_vahvuudet_ja_voimavarat",
    "kokemukset_palvelusta", "annettavan_palvelun_sisalto_ja_toteutus", "sovitut_jatkotoimet", "eriavat_nakemykset",
    "henkilot_joille_tama_suunnitelma_toimitetaan", "edellisen_suunnitelman_tavoitteiden_saavuttaminen.sanallinen_arvio",
    "suunnitelman_tarkistaminen.ajankohta", "suunnitelman_tarkistaminen.paikka", "palvelun_vastuuhenkilo.sukunimi",
    "palvelun_vastuuhenkilo.etunimet", "palvelun_vastuuhenkilo.yhteystiedot.puhelinnumero"]) all[name] = `Vastaus: ${name.split(".").at(-1)}`;
  for (let n = 0; n < 3; n += 1) {
    const talk = `tiedot_neuvottelusta_jossa_tama_suunnitelma_on_tehty[${n}]`;
    Object.assign(all, { [`${talk}.paivamaara`]: `2026-09-2${n}`, [`${talk}.paikka`]: `Huone ${n + 1}`, [`${talk}.osallistujat`]: `Aino ja omaiset ${n + 1}` });
  }
  for (let n = 0; n < 6; n += 1) {
    const goal = `asetettavat_tavoitteet[${n}]`;
    Object.assign(all, { [`${goal}.nimi`]: `Tavoite ${n + 1}`, [`${goal}.kuvaus`]: `Kuvaus ${n + 1}`,
      [`${goal}.keinot_ja_aikataulu_tavoitteen_saavuttamiseksi`]: `Keinot ${n + 1}` });
  }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [PLAN + name, value]));
}

/** Posts the last plan as its page would. */
async function lastPlan(page, client, filled) {
  const address = `${base()}${client}/asiakirja/15004`;
  await page.goto(address);
  const had = await page.evaluate(() => [...new FormData(document.querySelector("#asiakirja")).entries()]);
  const form = { ...Object.fromEntries(had.filter(([name]) => name !== "tapahtuma")), ...filled };
  const answer = await page.request.post(address, { form, maxRedirects: 0, headers: { "sec-fetch-site": "same-origin" } });
  assert.equal(answer.status(), 303, "the last plan is taken");
}

test("task 4: a plan of forty fields from the last one, at most five new answers, at most four minutes", async () => {
  const made = await context(browser, { viewport: DESKTOP });
  const page = await made.newPage();
  page.setDefaultTimeout(20_000);
  await worker(page, demo.facts, "liisa");
  await page.goto(`${base()}/asiakkaat`);
  const client = await page.locator("main table a[href^='/asiakkaat/']", { hasText: "Aino" }).first().getAttribute("href");
  const filled = answers();
  assert.ok(Object.keys(filled).length >= 40, `${Object.keys(filled).length} answers`);
  await lastPlan(page, client, filled);
  await page.goto(`${base()}${client}`);
  const plans = () => page.locator("#asiakirjat [data-kind='15004']").evaluateAll((all) => all.map((one) => [one.dataset.key, one.dataset.state]));
  const had = (await plans()).map(([key]) => key);

  await page.goto(`${base()}/tanaan`);
  const someone = person(page);
  someone.start();
  await someone.click(someone.named("link", "Asiakkaat").first());
  await someone.click(someone.named("link", /Aino Elisabet/).first());
  await someone.click(someone.named("link", "Uusi asiakirja"));
  await someone.click(someone.named("link", "Iäkkäiden palvelujen toteuttamissuunnitelma"));
  await someone.click(someone.named("button", /^Hae vastaukset edellisestä asiakirjasta/));
  const fresh = {
    "Kuvaus asiakkaan tilanteesta": "Kävelee jo rollaattorilla pihalla.",
    "Kokemukset palvelusta": "On tyytyväinen, toivoo lisää ulkoilua.",
    "Sovitut jatkotoimet": "Ulkoilu kolmesti viikossa.",
    "Sanallinen arvio": "Yöt ovat rauhoittuneet.",
  };
  for (const [label, text] of Object.entries(fresh)) {
    const field = page.getByLabel(label, { exact: true });
    if (!(await field.isVisible())) await someone.click(field.locator("xpath=ancestor::details[not(@open)]").last().locator("> summary"));
    await someone.click(field);
    await someone.press("Control+a");
    await someone.type(text);
  }
  assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
  await someone.click(someone.named("button", "Valmis"));
  await page.waitForURL(/\/asiakkaat\/[^/]+$/);
  const { actions, requests, seconds } = someone.counted;
  console.log(`task 4: ${actions} actions, ${requests.length} requests, ${seconds.toFixed(1)} s, ${Object.keys(fresh).length} new answers`);
  assert.ok(seconds <= 240, `${seconds} s`);
  assert.ok(actions <= 20, `${actions} actions`);
  assert.ok(Object.keys(fresh).length <= 5);

  const deadline = Date.now() + PATIENCE_MS;
  let plan;
  for (;;) {
    plan = (await plans()).find(([key]) => !had.includes(key));
    if (plan?.[1] === "archived") break;
    assert.ok(Date.now() < deadline, "the new plan reaches the archive");
    await page.waitForTimeout(300);
    await page.reload();
  }
  await page.goto(`${base()}/asiakirjat/${plan[0]}`);
  const shown = await page.locator("article.document").innerText();
  const written = new Set(Object.keys(fresh).map((label) => label.toLowerCase().replace(/ /g, "_")));
  const kept = Object.entries(filled).filter(([name]) => !written.has(name.split(".").at(-1)));
  for (const [name, value] of kept) {
    const day = value.match(/^(\d{4})-(\d\d)-(\d\d)$/);
    assert.ok(shown.includes(day ? `${day[3]}.${day[2]}.${day[1]}` : value), `${name}: ${value} came along`);
  }
  for (const text of Object.values(fresh)) assert.ok(shown.includes(text), text);
  assert.ok(kept.length + Object.keys(fresh).length >= 40);
  await made.close();
});
