// A form filled by the keyboard alone: Tab from place to place, typing, arrows, Space and Enter, never the mouse. The driver
// knows no structure; it does with each field what its own kind asks, and remembers what it typed.
import assert from "node:assert/strict";

/** Presses of Tab after which a person would give up. */
const TABS_MAX = 900;
/** Rounds of mending what the page names, before the form counts as impossible to fill. */
const ROUNDS_MAX = 6;

/** What has the focus, as far as a person can tell. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  return {
    tag: one.tagName, type: one.type ?? "", name: one.getAttribute("name") ?? "", value: one.value ?? "", checked: one.checked === true,
    action: one.dataset?.action ?? "", href: one.getAttribute("href") ?? "", inForm: one.closest("#asiakirja") !== null,
    open: one.tagName === "SUMMARY" && one.parentElement.open, text: one.textContent.trim(),
    options: one.list ? [...one.list.options].map((option) => option.value) : [],
    labels: one.tagName === "SELECT" ? [...one.options].map((option) => option.label) : [],
    label: one.tagName === "SELECT" ? one.selectedOptions[0]?.label ?? "" : "",
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    chosen: one.type === "radio" && document.querySelector(`[name="${CSS.escape(one.name)}"]:checked`) !== null,
  };
});

/** Tab until the wanted thing has the focus. */
export async function tabTo(page, wanted, words) {
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    const one = await focused(page);
    if (wanted(one)) {
      assert.ok(one.visible, `the focus on ${words} is visible`);
      return one;
    }
    await page.keyboard.press("Tab");
  }
  return assert.fail(`Tab does not reach ${words}`);
}

/** A value of a field's own kind. `turn` makes texts differ from each other. */
function wish(one, turn, own) {
  const last = one.name.split(".").at(-1);
  if (one.options.length) return one.options.find((text) => own.test(text)) ?? one.options.find(Boolean);
  if (last === "henkilotunnus") return "010190-901R";
  if (one.type === "number" || last === "value") return "3";
  if (one.type === "email") return "koe@example.fi";
  if (one.tag === "TEXTAREA") return `Näyte ${turn}: äiti, öljy ja šđŋ.`;
  return `Näyte ${turn}`;
}

/**
 * Dates go in part by part, as the browser's own field takes them. Chromium without a screen knows only the American order and
 * clock, so day and month are the same, and the `a` of AM follows; a Finnish field has no place for it.
 */
const DATED = { date: [["10102026"], "2026-10-10"], "datetime-local": [["10102026", "0915a"], "2026-10-10T09:15"] };

/** Does with the field in focus what its kind asks; gives what now stands in it, or null when it was left alone. */
async function fillOne(page, one, turn, own) {
  if (one.tag === "SELECT") {
    const known = one.labels.some((label) => own.test(label));
    const there = (now) => (known ? own.test(now.label) : now.value !== "");
    for (let down = 0; down < one.labels.length && !there(await focused(page)); down += 1) await page.keyboard.press("ArrowDown");
    return (await focused(page)).value || null;
  }
  if (one.type === "radio") {
    if (!one.chosen) await page.keyboard.press("Space");
    return (await page.evaluate((name) => document.querySelector(`[name="${CSS.escape(name)}"]:checked`)?.value, one.name)) ?? null;
  }
  if (one.type === "checkbox") {
    if (!one.checked) await page.keyboard.press("Space");
    return "on";
  }
  if (one.value !== "") return null;
  const [parts, value] = DATED[one.type] ?? [[wish(one, turn, own)], null];
  for (const [at, part] of parts.entries()) {
    if (at > 0) await page.keyboard.press("ArrowRight");
    await page.keyboard.type(part);
  }
  const now = (await focused(page)).value;
  assert.equal(now, value ?? parts[0], `${one.name} takes what is typed`);
  return now;
}

/** Goes through the whole form once, opening its sections, and fills what is empty. Ends on the button that finishes. */
async function fillAll(page, typed, leave, own) {
  let turn = typed.size;
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    const one = await focused(page);
    if (one.action === "asiakirja") return;
    if (one.inForm && one.tag === "SUMMARY" && !one.open) await page.keyboard.press("Enter");
    else if (one.inForm && one.name && !one.action && one.tag !== "BUTTON" && !leave.has(one.name) && one.name !== "tapahtuma") {
      turn += 1;
      const value = await fillOne(page, one, turn, own);
      if (value !== null) typed.set(one.name, value);
    }
    await page.keyboard.press("Tab");
  }
  assert.fail("Tab does not come to the end of the form");
}

/** Makes the field in focus empty, and leaves it so from now on. */
async function emptyOne(page, one, typed, leave) {
  if (one.type === "checkbox" && one.checked) await page.keyboard.press("Space");
  else if (one.tag === "SELECT") await page.keyboard.press("Home");
  else if (one.type !== "radio") { await page.keyboard.press("Control+a"); await page.keyboard.press("Delete"); }
  leave.add(one.name);
  typed.delete(one.name);
}

/** A whole section that may not be there: everything that was typed in it goes. */
async function emptySection(page, href, typed, leave) {
  const inside = () => page.evaluate((id) => document.activeElement.closest(`[id="${CSS.escape(id)}"]`) !== null, href.slice(1));
  for (let presses = 0; presses < TABS_MAX && await inside(); presses += 1) {
    const one = await focused(page);
    if (typed.has(one.name)) await emptyOne(page, one, typed, leave);
    await page.keyboard.press("Tab");
  }
}

/** Mends, at its place, each field that the page names: a number first, since a label may ask for one, then nothing. */
async function takeBack(page, typed, leave) {
  const again = [];
  const back = () => again.forEach((href) => leave.delete(href));
  for (;;) {
    const href = await page.evaluate((left) => {
      const links = [...document.querySelectorAll(".notice.bad a[href^='#']")];
      return links.map((one) => one.getAttribute("href")).find((one) => !left.includes(one)) ?? null;
    }, [...leave]);
    if (!href) return back();
    leave.add(href);
    await tabTo(page, (one) => one.href === href, `the fault ${href}`);
    await page.keyboard.press("Enter");
    const one = await focused(page);
    const number = ["text", "textarea"].includes(one.type) && one.value !== "3";
    if (href.startsWith("#osa_")) await emptySection(page, href, typed, leave);
    else if (typed.has(one.name) && one.tag === "SELECT" && one.label !== one.labels.at(-1)) {
      // The next of the list, since the answers above may exclude this one.
      await page.keyboard.press("ArrowDown");
      typed.set(one.name, (await focused(page)).value);
      again.push(href);
    } else if (typed.has(one.name) && number) {
      await page.keyboard.press("Control+a");
      await page.keyboard.type("3");
      typed.set(one.name, "3");
      again.push(href);
    } else if (typed.has(one.name)) await emptyOne(page, one, typed, leave);
    // Back to the list of faults, for the next.
    await page.evaluate(() => document.querySelector("[role=alert]")?.focus());
  }
}

/**
 * Fills the form of the page and presses Valmis until it is taken. `own` fits what the writer would choose in a list of codes, such
 * as the client's own service; of other lists the first is taken.
 * @returns {Promise<Map<string, string>>} what was typed, by the name of the field
 */
export async function fillForm(page, own) {
  const typed = new Map();
  const leave = new Set();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await fillAll(page, typed, leave, own);
    const answered = page.waitForNavigation();
    await page.keyboard.press("Enter");
    await answered;
    if (!(await page.locator("#asiakirja[data-autosave]").count())) return typed;
    await takeBack(page, typed, leave);
  }
  return assert.fail(`the form is not taken: ${await page.locator(".notice.bad").innerText()}`);
}
