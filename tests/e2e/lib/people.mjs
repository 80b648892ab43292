// The people of the scenario at their browsers: logins as a person does them.

/** A worker logs in by password; the last unit of several is not our concern, the first is taken. */
export async function worker(page, facts, login, base = facts.places.casework) {
  const known = facts.workers.find((one) => one.login === login);
  if (!known) throw new Error(`the landing page names no ${login}`);
  await page.goto(`${base}/kirjaudu`);
  await page.fill("#kirjaudu [name=tunnus]", known.login);
  await page.fill("#kirjaudu [name=salasana]", known.password);
  await page.click("#kirjaudu button");
  await chooseUnit(page);
}

export async function chooseUnit(page, words) {
  if (!new URL(page.url()).pathname.startsWith("/yksikko")) return;
  const choice = words ? page.locator("#yksikko label.choice", { hasText: words }) : page.locator("#yksikko label.choice").first();
  if (await choice.count()) await choice.locator("input").check();
  await page.locator("#yksikko button").first().click();
}

export async function citizen(page, facts, name, base = facts.places.citizen) {
  const known = facts.people.find((one) => one.name === name);
  if (!known) throw new Error(`the landing page names no ${name}`);
  await page.goto(`${base}/kirjaudu`);
  await page.fill("#kirjaudu-tunnus [name=hetu]", known.code);
  await page.click("#kirjaudu-tunnus button");
}

/** Somebody chooses to act for another. */
export async function actFor(page, name) {
  await page.goto(new URL("/puolesta", page.url()).href);
  await page.locator("#puolesta label.choice", { hasText: name }).locator("input").check();
  await page.click("#puolesta button.primary");
}

/** Somebody puts a worker's card into the reader of the demo, with its PINs ready, on the reader's own page. */
export async function insertCard(made, facts, login, { pin1 = facts.pins[0], pin2 = facts.pins[1] } = {}) {
  const page = await made.newPage();
  await page.goto(facts.places.reader);
  const form = page.locator("form[action='/reader']");
  const select = form.locator("select");
  if (await select.count()) await select.selectOption(login);
  else await form.locator(`input[value='${login}']`).check();
  await form.locator("[name=pin1]").fill(pin1);
  await form.locator("[name=pin2]").fill(pin2);
  await form.locator("button.primary").click();
  await page.waitForLoadState();
  return page;
}

/** An archivist comes in by the page's own script and a card in the reader. */
export async function archivist(page, facts, login, base = facts.places.archive_https) {
  await (await insertCard(page.context(), facts, login)).close();
  await page.goto(`${base}/arkisto/kirjaudu`);
  await page.click("#kortti button.primary");
  await page.waitForURL((url) => url.pathname === "/arkisto");
}

/** Takes the card out, so that the next journey finds an empty reader. */
export async function removeCard(browser, facts) {
  const made = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await made.newPage();
  await page.goto(facts.places.reader);
  const out = page.locator("form[action='/reader/remove'] button");
  if (await out.count()) await out.click();
  await made.close();
}
