// What is asked of every page, whatever it shows.
import axe from "axe-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Runs axe with the rules of WCAG 2.2 A and AA, target size among them. Answers lines, one per element at fault. */
export async function accessibility(page) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (tags) => {
    const found = await window.axe.run(document, {
      runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"],
    });
    return found.violations.map((one) => ({ id: one.id, nodes: one.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`) }));
  }, TAGS);
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 5).map((node) => `axe ${id}: ${node.slice(0, 300)}`));
}

/** What stands wider than the window, innermost first; nothing when the page does not scroll sideways. */
export const overflow = (page) => page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const clipped = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible" && up !== document.body && up !== document.documentElement) return true;
    }
    return false;
  };
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1 && !clipped(one));
  const names = wide.map((one) => `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""}.${one.className}`);
  return [`wider than ${width} px: ${names.slice(-4).reverse().join(", ") || "the page"}`];
});

/** Language, title, heading, no keys in place of texts, no identity code where it must not be. */
export const bones = (page, lang) => page.evaluate((wanted) => {
  const faults = [];
  const html = document.documentElement;
  if (html.lang !== wanted) faults.push(`lang is ${html.lang}, not ${wanted}`);
  if (!document.title.trim()) faults.push("no title");
  // A document's display form has headings of the first level only (its format says so); the page has one of its own.
  const headings = document.querySelectorAll("h1:not(.document h1)").length;
  if (headings !== 1) faults.push(`${headings} headings of the first level`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length) faults.push(`the same id twice: ${[...new Set(twice)].join(", ")}`);
  if (/\{\s*\$\w+|[⁨⁩]|[⟦⟧]|\bundefined\b|\[object /.test(document.body.innerText)) faults.push("a raw text on the page");
  if (/\d{6}[-+A-FYXWVU]\d{3}[0-9A-Y]/.test(location.href)) faults.push("an identity code in the address");
  return faults;
}, lang);

/** Everything at once. `troubles` are those that the context recorded since it was emptied. */
export async function audit(page, { lang, troubles, errorPage = false }) {
  const found = [...await bones(page, lang), ...await overflow(page), ...await accessibility(page)];
  // The browser tells an error page on the console; that is no fault of a page that shall be one.
  found.push(...troubles.filter((text) => !(errorPage && text.includes("Failed to load resource"))));
  troubles.length = 0;
  return found;
}
