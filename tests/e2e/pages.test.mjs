// Every page that a person can reach by links, in every language, on a desk and on a phone: it answers, says its
// language, fits the window, has no fault that axe finds, and the browser complains of nothing.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { audit } from "./lib/audit.mjs";
import { context, DESKTOP, launch, PHONE } from "./lib/browser.mjs";
import { crawl, kindOf } from "./lib/crawl.mjs";
import { ROOT, startDemo } from "./lib/demo.mjs";
import { actFor, archivist, citizen, removeCard, worker } from "./lib/people.mjs";

const SHOTS = path.join(ROOT, "target/screenshots");
/** In dark colours one page of each kind and size is enough: colours do not depend on words. */
const DARK = [{ lang: "fi", viewport: DESKTOP, colorScheme: "dark" }, { lang: "fi", viewport: PHONE, colorScheme: "dark" }];
/** The quick run looks at the second language where words are cramped, and at dark colours where most of a page is seen. */
const QUICK = process.env.E2E_PER_KIND === "1";
const variants = (langs) => [
  ...langs.flatMap((lang) => (QUICK && lang !== "fi" ? [PHONE] : [DESKTOP, PHONE]).map((viewport) => ({ lang, viewport, colorScheme: "light" }))),
  ...(QUICK ? DARK.slice(0, 1) : DARK),
];
const label = ({ lang, viewport, colorScheme }) => `${lang}-${viewport.width}-${colorScheme}`;

let demo;
let browser;
let checked = 0;
before(async () => {
  demo = await startDemo({ playTo: process.env.E2E_PLAY_TO ?? "1.15" });
  browser = await launch();
  await mkdir(SHOTS, { recursive: true });
});
after(async () => {
  console.log(`${checked} pages × variants checked`);
  await browser?.close();
  await demo?.stop();
});

const personas = () => {
  const { facts } = demo;
  const { places } = facts;
  return {
    landing: { base: places.landing, langs: ["fi", "sv", "en"] },
    marja: { base: places.casework, langs: ["fi", "sv"], enter: (page) => worker(page, facts, "marja") },
    liisa: { base: places.casework, langs: ["fi", "sv"], enter: (page) => worker(page, facts, "liisa") },
    antti: { base: places.casework, langs: ["fi", "sv"], enter: (page) => worker(page, facts, "antti") },
    stranger: { base: places.casework, langs: ["fi", "sv"], starts: ["/kirjaudu", "/kirjaudu/kortti"] },
    aino: {
      base: places.citizen, langs: ["fi", "sv", "en"], enter: (page) => citizen(page, facts, "Aino Korpela"),
      // A form leads to the last page before a denial, and no link.
      starts: ["/", "/luvat/kielto/tarkista?teko=aseta&taso=tehtava&kohde=15", "/luvat/kielto/tehtava?puuttuu=1"],
    },
    pirkko: {
      base: places.citizen, langs: ["fi", "sv", "en"],
      enter: async (page) => { await citizen(page, facts, "Pirkko Korpela"); await actFor(page, "Aino"); },
    },
    visitor: { base: places.citizen, langs: ["fi", "sv", "en"], starts: ["/kirjaudu", "/ulos"] },
    archive: { base: places.archive, langs: ["fi", "sv"] },
    elina: {
      base: places.archive_https, langs: ["fi", "sv"], starts: ["/arkisto"],
      enter: async (page) => { await archivist(page, facts, "elina"); await removeCard(browser, facts); },
    },
    registers: { base: places.registers, langs: ["fi", "sv", "en"] },
    reader: { base: places.reader, langs: ["fi", "sv", "en"] },
  };
};

/** Logs in once; every variant starts from the same cookies. */
async function entered(who) {
  const made = await context(browser, { viewport: DESKTOP });
  if (who.enter) await who.enter(await made.newPage());
  return made;
}

async function look(who, name, state, pages, variant) {
  const { lang, viewport, colorScheme } = variant;
  const made = await context(browser, { viewport, colorScheme, storageState: state, reducedMotion: "reduce" });
  await made.addCookies([{ name: "kieli", value: lang, url: who.base }]);
  const page = await made.newPage();
  const faults = [];
  const shot = new Set();
  for (const url of pages) {
    const kind = kindOf(url);
    if (colorScheme === "dark" && shot.has(kind)) continue;
    const answer = await page.goto(url, { waitUntil: "load" });
    const found = await audit(page, { lang, troubles: made.troubles });
    if (!answer.ok()) found.push(`the page answers ${answer.status()}`);
    if (!shot.has(kind)) {
      const file = `${name}${kind.replaceAll(/[^\w.{}]+/g, "_")}-${label(variant)}.png`;
      await page.screenshot({ path: path.join(SHOTS, file), fullPage: true });
    }
    shot.add(kind);
    checked += 1;
    faults.push(...found.map((fault) => `${new URL(url).pathname}: ${fault}`));
  }
  await made.close();
  return faults;
}

for (const name of ["landing", "stranger", "marja", "liisa", "antti", "aino", "pirkko", "visitor", "archive", "elina", "registers", "reader"]) {
  describe(name, () => {
    let who;
    let state;
    let pages;
    before(async () => {
      who = personas()[name];
      const made = await entered(who);
      state = await made.storageState();
      pages = await crawl(made.request, (who.starts ?? ["/"]).map((start) => new URL(start, who.base).href));
      await made.close();
      console.log(`${name}: ${pages.length} pages`);
    });
    test("pages are found", () => assert.ok(pages.length > 0));
    for (const lang of ["fi", "sv", "en"]) {
      test(`every page in ${lang}`, { timeout: 900_000 }, async (t) => {
        if (!who.langs.includes(lang)) return t.skip("not a language of these pages");
        const wanted = variants(who.langs).filter((one) => one.lang === lang);
        // Side by side: each variant has a renderer of its own, and axe is what takes the time.
        const looks = wanted.map(async (variant) =>
          (await look(who, name, state, pages, variant)).map((fault) => `${label(variant)} ${fault}`));
        const faults = (await Promise.all(looks)).flat();
        assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 60).join("\n")}`);
      });
    }
  });
}
