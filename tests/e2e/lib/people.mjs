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

/** A worker puts a card into the reader of the demo, through the reader's own page. */
export async function insertCard(made, facts, login, { pins = true } = {}) {
  const page = await made.newPage();
  await page.goto(facts.places.reader);
  const form = page.locator("form[action='/reader']");
  const select = form.locator("select");
  if (await select.count()) await select.selectOption(login);
  else await form.locator(`input[value='${login}']`).check();
  if (pins) {
    for (const [field, pin] of [["pin1", facts.pins[0]], ["pin2", facts.pins[1]]]) {
      const input = form.locator(`[name=${field}]`);
      if (await input.count()) await input.fill(pin);
    }
  }
  await form.locator("button.primary").click();
  return page;
}
