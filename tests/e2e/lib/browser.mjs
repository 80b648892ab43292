// One browser for a run, contexts that keep a record of everything that went wrong in them.
import { chromium } from "playwright-core";

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 375, height: 740 };

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Containers run tests as root, where Chromium's own sandbox cannot start; the pages are ours.
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=fi"],
  env: { ...process.env, LANGUAGE: "fi", LANG: "fi_FI.UTF-8" },
});

/**
 * A context whose pages record console errors, script errors and violations of the content security policy.
 * The demo makes its own certificates, so they are believed here.
 */
export async function context(browser, options = {}) {
  const made = await browser.newContext({ ignoreHTTPSErrors: true, locale: "fi-FI", timezoneId: "Europe/Helsinki", ...options });
  made.troubles = [];
  await made.exposeBinding("__cspTrouble", (_, text) => { made.troubles.push(text); });
  await made.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => {
    window.__cspTrouble(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
  }));
  made.on("console", (message) => {
    if (message.type() === "error") made.troubles.push(`console: ${message.text()} (${message.location().url})`);
  });
  made.on("weberror", (error) => made.troubles.push(`script: ${error.error().message}`));
  return made;
}

/** Says a language as the language switch does: by the cookie. */
export async function speak(made, lang, addresses) {
  await made.addCookies(addresses.map((url) => ({ name: "kieli", value: lang, url })));
}
