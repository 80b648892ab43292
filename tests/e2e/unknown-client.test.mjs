// Task 3 of users-and-screens 3.11: a worker who has never seen the client finds who decided the service, when it ends,
// who is responsible and what happened last, in ten seconds from the page after login. Things are found by what is read
// on the page; the actions are counted here and not by the page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "./lib/audit.mjs";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { worker } from "./lib/people.mjs";

/** The limit of the task, in milliseconds; a person's reading is not in it, so half is left for the reader. */
const LIMIT_MS = 10_000;
const MACHINE_MS = LIMIT_MS / 2;

let demo;
let browser;
before(async () => {
  demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const [place, viewport] of [["desk", DESKTOP], ["phone", PHONE]]) {
  describe(`an unknown client at the ${place}`, () => {
    test("who decided, until when, who is responsible, what happened last", async () => {
      const made = await context(browser, { viewport });
      const page = await made.newPage();
      await worker(page, demo.facts, "marja");
      let actions = 0;
      const act = async (locator) => { actions += 1; await locator.click(); };
      const started = Date.now();
      await act(page.getByRole("navigation").getByRole("link", { name: "Asiakkaat" }));
      await act(page.getByRole("link", { name: /Korpela/ }).first());
      const fact = async (label) => {
        const summary = page.locator("summary", { hasText: label }).first();
        await summary.waitFor();
        return (await summary.locator("xpath=..").innerText()).replace(/\s+/g, " ");
      };
      const decisions = await fact("Voimassa olevat päätökset");
      const responsible = await fact("Vastuutyöntekijä");
      const last = await fact("Viimeksi");
      const took = Date.now() - started;
      assert.match(decisions, /Hirvonen/, "who decided");
      assert.match(decisions, /toistaiseksi|\d+\.\d+\.\d{4} asti/, "until when");
      assert.match(responsible, /Salo/, "who is responsible");
      assert.match(last, /\d+\.\d+\.\d{4} klo/, "what happened last");
      assert.equal(actions, 2);
      assert.ok(took <= MACHINE_MS, `${took} ms`);
      console.log(`task 3 at the ${place}: ${actions} actions, ${took} ms`);
      assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
      await made.close();
    });
  });
}

test("words are sought by POST: nothing of a client stands in the address", async () => {
  const made = await context(browser, { viewport: DESKTOP });
  const page = await made.newPage();
  await worker(page, demo.facts, "marja");
  await page.goto(`${demo.facts.places.casework}/etsi`);
  await page.fill("#etsi [name=haku]", "kor");
  await page.click("#etsi button.primary");
  await page.getByRole("link", { name: /Korpela/ }).first().waitFor();
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(await audit(page, { lang: "fi", troubles: made.troubles }), []);
  await made.close();
});
