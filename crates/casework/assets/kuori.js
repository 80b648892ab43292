// The page of the day without a network: today's clients from the encrypted store, and notes for them. Nothing is shown until
// the store is open, by a key that another page lent or by the worker's code.
import * as kaappi from "/tyo/kaappi.js";
import * as jono from "/tyo/jono.js";
import * as muistiot from "/tyo/muistiot.js";

const KEEP_MS = 400;
const AGAIN_MS = 5000;
const ALIVE_MS = 15_000;
const part = (id) => document.getElementById(id);
const only = (id) => { for (const one of ["avaa", "paiva", "ei-kaytossa"]) part(one).hidden = one !== id; };

let device;
let key;
let day;
const now = () => Date.now() + device.ero;

/** The phone in use; when several workers share it, the one who took it up. */
async function find() {
  const all = await kaappi.all("laite");
  for (const one of all) if (one.koodi) await kaappi.dayLives(one);
  return all.find((one) => one.koodi) ?? all[0];
}

async function openDay() {
  const kept = await kaappi.get("paiva", device.oma);
  if (!kept) { only("ei-kaytossa"); return; }
  day = await kaappi.unseal(device, key, "paiva", kept.laatikko);
  await kaappi.lend(device, key);
  only("paiva");
  document.querySelector(".tiedot").textContent = part("paiva").dataset.tiedot.replace("#", muistiot.clock(day.nyt - device.ero)).replace("#", muistiot.clock(kept.asti - device.ero));
  await draw();
  const asked = day.rivit.find((one) => location.hash === `#${one.kaynti}`);
  if (asked) await write(asked);
}

// Rows.
async function draw() {
  const notes = await jono.read(device, key);
  const model = part("malli-rivi");
  part("kaynnit").replaceChildren(...day.rivit.map((visit) => {
    const row = model.content.cloneNode(true).firstElementChild;
    row.dataset.key = visit.kaynti;
    const put = (name, text) => { row.querySelector(name).textContent = text; };
    put(".when", visit.aika);
    put(".who", visit.nimi);
    put(".thing", [visit.mika, ...visit.nostot].join(" · "));
    const mine = notes.filter((one) => one.kaynti === visit.kaynti);
    const waiting = mine.some((one) => one.tila === jono.WAITING);
    const unfinished = mine.find((one) => one.tila === jono.UNFINISHED);
    const { kesken, odottaa, kirjattu } = part("paiva").dataset;
    const said = unfinished ? kesken : waiting ? odottaa : visit.kirjattu ? kirjattu : "";
    put(".chip", said);
    row.querySelector(".chip").hidden = said === "";
    const button = row.querySelector("button");
    button.append(Object.assign(document.createElement("span"), { className: "hidden", textContent: `: ${visit.nimi}, ${visit.aika}` }));
    button.addEventListener("click", () => write(visit, unfinished));
    return row;
  }));
  part("ei-kaynteja").hidden = day.rivit.length > 0;
  muistiot.draw(notes, { edit: change, remove });
  muistiot.sayQueue(notes.filter((one) => one.tila === jono.WAITING).length, told);
}

const rowOf = (visit) => part("kaynnit").querySelector(`[data-key="${visit.kaynti}"]`);

/** When it happened: within the visit now, after it the visit's beginning, for what comes later now. */
function usual(visit, again) {
  const at = now();
  return !again && at >= visit.paattyy ? visit.alkaa : at;
}

let writing;
/** Opens the note of a visit in its row, with what was written of it. */
async function write(visit, had) {
  await close();
  const notes = (await jono.read(device, key)).filter((one) => one.kaynti === visit.kaynti);
  const before = had ?? notes.find((one) => one.tila === jono.UNFINISHED);
  const form = part("malli-kirjaus").content.cloneNode(true).firstElementChild;
  const [text, kind, time] = ["teksti", "laji", "klo"].map((name) => form.elements[name]);
  kind.replaceChildren(...day.lajit.map(([code, name]) => new Option(name, code, false, code === (before?.laji ?? visit.laji))));
  const hetki = before?.hetki ?? usual(visit, visit.kirjattu || notes.length > 0);
  const shown = new Date(hetki);
  time.value = [shown.getHours(), shown.getMinutes()].map((one) => String(one).padStart(2, "0")).join(":");
  text.value = before?.kentat.find(([name]) => name === "teksti")?.[1] ?? "";
  writing = { visit, form, hetki, id: before?.id ?? kaappi.newId() };
  form.addEventListener("input", typed);
  form.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
  form.querySelector("[data-sulje]").addEventListener("click", async () => { await close(); await draw(); });
  const row = rowOf(visit);
  row.append(form);
  row.classList.add("open");
  row.scrollIntoView({ block: "start" });
  text.focus({ preventScroll: true });
}

function note() {
  const { visit, form, id, hetki } = writing;
  const [hours, minutes] = form.elements.klo.value.split(":").map(Number);
  const at = new Date(hetki);
  const untouched = at.getHours() === hours && at.getMinutes() === minutes;
  if (!untouched && form.elements.klo.value) at.setHours(hours, minutes, 0, 0);
  return {
    lahetys: id, luonnos: id, kaynti: visit.kaynti, asiakas: visit.asiakas, nimi: visit.nimi, laji: form.elements.laji.value,
    hetki: at.getTime(), kirjoitettu: now(), viimeksi: now(), kentat: [["teksti", form.elements.teksti.value]],
  };
}

let timer;
function typed() { timer ??= setTimeout(keep, KEEP_MS, jono.UNFINISHED); }
async function keep(tila) {
  clearTimeout(timer);
  timer = undefined;
  if (!writing) return;
  await jono.keep(device, writing.id, tila, note());
  writing?.form.querySelector(".saved").replaceChildren(part("paiva").dataset.tallessa);
}
async function close() {
  if (!writing) return;
  if (timer) await keep(jono.UNFINISHED);
  writing.form.closest("li").classList.remove("open");
  writing.form.remove();
  writing = undefined;
}
async function finish() {
  if (!writing.form.elements.teksti.value.trim()) {
    writing.form.querySelector(".saved").replaceChildren(part("paiva").dataset.tyhja);
    writing.form.elements.teksti.focus();
    return;
  }
  await keep(jono.WAITING);
  const { visit } = writing;
  await close();
  await draw();
  rowOf(visit).focus();
  send();
}
async function change(one) {
  const visit = day.rivit.find((row) => row.kaynti === one.kaynti);
  if (visit) await write(visit, one);
}
async function remove(one) {
  if (!window.confirm(part("paiva").dataset.poista)) return;
  await kaappi.remove("muistio", one.id);
  await draw();
}

// Sending: asked again and again while something waits; nobody has to press anything.
let told = {};
let asking;
async function send() {
  clearTimeout(asking);
  const sent = await jono.send(device, () => true);
  // With nothing to send the phone asks all the same whether its store may live on.
  const state = sent.miksi ? undefined : await jono.state(device);
  if (sent.miksi === "paattynyt" || state === "paattynyt") { await ended(); return; }
  part("yhteys").hidden = !state;
  if (sent.lahti || sent.miksi !== told.miksi) { told = { ...sent, lahti: (told.lahti ?? 0) + sent.lahti }; if (day) await draw(); else await count(); }
  asking = setTimeout(send, AGAIN_MS);
}
/** Before the store is open only the number is told. */
async function count() {
  muistiot.sayQueue((await jono.notes(device)).filter((one) => one.tila === jono.WAITING).length, told);
}

async function ended() {
  await jono.emptyEnded(device);
  day = undefined;
  writing = undefined;
  only("ei-kaytossa");
  part("kaynnit").replaceChildren();
  muistiot.draw([], {});
  const times = jono.takenAway();
  const { poistettu, poistettuJai } = part("jono").dataset;
  muistiot.say(times.length ? poistettuJai.replace("#", times.map(muistiot.clock).join(", ")) : poistettu, "warning");
}

/** Nobody has touched the phone for a while: the key is forgotten, and the code is asked for. */
function lockWhenIdle() {
  let touched = Date.now();
  for (const kind of ["pointerdown", "keydown", "touchstart"]) document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
  const look = async () => {
    if (!day || Date.now() - touched < day.lukko * 60_000) return;
    if (writing) await keep(jono.UNFINISHED);
    await kaappi.forget();
    location.replace("/tanaan");
  };
  setInterval(look, ALIVE_MS);
  document.addEventListener("visibilitychange", look);
}

async function begin() {
  device = await find();
  if (!device) { only("ei-kaytossa"); return; }
  window.addEventListener("online", send);
  if (!part("paiva")) { await count(); return; }
  lockWhenIdle();
  setInterval(async () => {
    (await navigator.serviceWorker.getRegistration())?.active?.postMessage({});
    if (day && !await kaappi.dayLives(device)) location.replace("/tanaan");
  }, ALIVE_MS);
  key = device.koodi ? await kaappi.borrow(device) : null;
  if (key) await openDay();
  else if (device.koodi) { only("avaa"); await count(); part("koodi").focus(); }
  else { only("ei-kaytossa"); await count(); }
  await send();
}

part("avaa")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = part("avaa").querySelector("[role=status]");
  said.textContent = part("avaa").dataset.avataan;
  key = await kaappi.byCode(device, part("koodi").value);
  part("koodi").value = "";
  said.textContent = key ? "" : part("avaa").dataset.vaara;
  if (key) await openDay();
});

begin();
