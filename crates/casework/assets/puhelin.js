// On every page of a worker: what is typed is kept sealed within half a second, what waits is sent, and the store is closed or
// emptied when it must be. On a phone in use the day's clients are fetched for the page without a network.
import * as kaappi from "/tyo/kaappi.js";
import * as jono from "/tyo/jono.js";
import * as muistiot from "/tyo/muistiot.js";

/** Keys typed within this time are kept together; what a killed browser may lose at most (users-and-screens 3.6: one second). */
const KEEP_MS = 400;
const AGAIN_MS = 5000;
/** Shorter than the time after which a browser ends an idle service worker. */
const ALIVE_MS = 20_000;
const HEADERS = { "X-Vakka-Script": "1" };
const oma = document.querySelector("meta[name=vakka-oma]")?.content;
const csrf = () => document.querySelector("input[name=csrf]")?.value ?? "";
const today = document.getElementById("jono");

let device;

/** Makes this browser's store, or the phone's: with a code it opens without a network. */
async function make(code) {
  const laite = kaappi.newId();
  const body = new URLSearchParams({ laite, laji: code ? "phone" : "browser", csrf: csrf() });
  const answer = await fetch("/puhelin/laite", { method: "POST", body, headers: HEADERS, redirect: "manual" });
  if (!answer.ok) throw new Error("no store");
  const { avain, nyt } = await answer.json();
  const made = await kaappi.make(oma, laite, kaappi.fromBase64(avain), code);
  await kaappi.change(made, { ero: nyt - Date.now() });
  return made;
}

// Copies of what is being written. One per draft; a form's sending has a name from its first key on.
const PLACE = /^\/asiakkaat\/([^/]+)\/luonnos\/([^/?]+)/;
const timers = new Map();
const copyOf = (form) => `kopio-${form.querySelector("[name=luonnos]")?.value}`;
const written = (form) => form.matches?.("form[data-autosave]") && PLACE.test(form.dataset.autosave) ? form : null;

function named(form) {
  let field = form.querySelector("[name=lahetys]");
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "lahetys", value: kaappi.newId() });
    form.append(field);
  }
  return field.value;
}

function noteOf(form) {
  const [, asiakas, laji] = form.dataset.autosave.match(PLACE);
  const now = Date.now() + device.ero;
  const nimi = form.closest("li")?.querySelector(".who")?.textContent ?? document.querySelector("#identity .who a")?.textContent;
  return {
    lahetys: named(form), luonnos: form.querySelector("[name=luonnos]").value, asiakas, laji, nimi,
    kentat: [...new FormData(form)], viimeksi: now, kirjoitettu: now,
  };
}

async function copy(form) {
  timers.delete(form);
  if (device) await jono.keep(device, copyOf(form), jono.UNFINISHED, noteOf(form));
}
const drop = (form) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
  return kaappi.remove("muistio", copyOf(form));
};

function watch() {
  document.addEventListener("input", (event) => {
    const form = written(event.target.closest?.("form") ?? document.body);
    if (!form) return;
    named(form);
    // Not after a pause but within a time: who types on and on is kept up with.
    if (!timers.has(form)) timers.set(form, setTimeout(copy, KEEP_MS, form));
  });
  document.addEventListener("submit", (event) => { if (written(event.target)) named(event.target); }, true);
  document.addEventListener("vakka-valmis", (event) => drop(event.target));
  // The row's form could not be sent: it goes into the queue under the same name.
  document.addEventListener("vakka-jonoon", (event) => {
    const form = event.target;
    if (!device || !written(form)) return;
    event.preventDefault();
    event.detail.jonossa = (async () => {
      await jono.keep(device, form.querySelector("[name=lahetys]").value, jono.WAITING, noteOf(form));
      await drop(form);
      await send();
    })();
  });
}

// Sending.
const busy = (id) => [...document.querySelectorAll("form[data-autosave]")].some((form) => copyOf(form) === id);
async function show(told) {
  const notes = await jono.notes(device);
  const waiting = notes.filter((one) => one.tila === jono.WAITING).length;
  if (!today) return waiting;
  muistiot.sayQueue(waiting, told);
  const others = notes.filter((one) => ["ei", "luonnos"].includes(one.tila));
  if (others.length) {
    const opened = await jono.open(device);
    const read = opened.key && !opened.miksi ? (await jono.read(device, opened.key)).filter((one) => ["ei", "luonnos"].includes(one.tila)) : [];
    muistiot.draw(read, { remove: async (note) => { await kaappi.remove("muistio", note.id); await show(); } });
  }
  return waiting;
}

let timer;
async function send() {
  clearTimeout(timer);
  if (!device) return;
  const told = await jono.send(device, busy);
  if (told.miksi === "paattynyt") return leaveEnded();
  const waiting = await show(told);
  if (waiting && ["verkko", "palvelin"].includes(told.miksi)) timer = setTimeout(send, AGAIN_MS);
  else if (told.lahti && today) refresh();
}

/** The list says what the sent notes changed, unless somebody writes in it. */
function refresh() {
  if (!document.querySelector(".row-form")) setTimeout(() => { if (!document.querySelector(".row-form")) location.reload(); }, 4000);
}

async function leaveEnded() {
  await jono.emptyEnded(device);
  device = undefined;
  sayTakenAway();
}

function sayTakenAway() {
  const times = jono.takenAway();
  if (!times || !today) return;
  const { poistettu, poistettuJai } = today.dataset;
  muistiot.say(times.length ? poistettuJai.replace("#", times.map(muistiot.clock).join(", ")) : poistettu, "warning");
  jono.takenAwayIsRead();
}

/** Half a lock and the day's clients, for the time when the network is gone. */
async function prepare() {
  const opened = await jono.open(device);
  if (opened.miksi === "paattynyt") return leaveEnded();
  if (opened.miksi) return;
  if (await jono.fetchDay(device)) return;
  const worker = await navigator.serviceWorker.getRegistration();
  worker?.active?.postMessage({ kieli: document.documentElement.lang });
  await kaappi.lend(device, opened.key);
}

// Taking a phone into use.
function takeUp(form) {
  const said = form.querySelector("[role=status]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = form.querySelector("input").value;
    if (code.length < form.querySelector("input").minLength) { said.textContent = form.dataset.lyhyt; return; }
    said.textContent = form.dataset.tehdaan;
    try {
      await navigator.serviceWorker.register("/verkotta.js");
      await navigator.serviceWorker.ready;
      device = await locked(code);
      await prepare();
      form.reset();
      said.textContent = form.dataset.valmis;
    } catch {
      said.textContent = form.dataset.ei;
    }
  });
}

/** A store with a new key for each time it is taken up, unless something waits in the old one. */
async function locked(code) {
  if (device) await jono.send(device);
  if (device && (await jono.notes(device)).length) {
    const body = new URLSearchParams({ laite: device.laite, laji: "phone", csrf: csrf() });
    const answer = await fetch("/puhelin/laite", { method: "POST", body, headers: HEADERS, redirect: "manual" });
    await kaappi.addCode(device, kaappi.fromBase64((await answer.json()).avain), code);
    return device;
  }
  if (device) await end(device);
  return make(code);
}

const end = (one) => fetch(`/puhelin/${one.laite}/poista`, {
  method: "POST", body: new URLSearchParams({ csrf: csrf() }), headers: HEADERS, redirect: "manual",
}).catch(() => undefined);

// Leaving: what waits is sent first; then this browser holds nothing of the worker's.
function leaving(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (device) {
      await jono.send(device);
      const left = (await jono.notes(device)).length;
      if (left && !window.confirm(document.querySelector("meta[name=vakka-lahtee]").content)) return;
      await end(device);
      await kaappi.empty(device);
    }
    HTMLFormElement.prototype.submit.call(form);
  });
}

/** Nobody is in, or the page is locked: no key stays open, and a store whose right has ended is emptied. */
async function atTheDoor() {
  await kaappi.forget();
  for (const one of await kaappi.all("laite")) if (await jono.state(one) === "paattynyt") await jono.emptyEnded(one);
}

async function begin() {
  if (!oma) return atTheDoor();
  // Somebody else has the phone now: the day of whoever had it before is over.
  for (const other of await kaappi.all("laite")) if (other.oma !== oma) await kaappi.endDay(other);
  device = await kaappi.get("laite", oma);
  sayTakenAway();
  document.querySelectorAll("form[action='/ulos']").forEach(leaving);
  document.getElementById("lukitse")?.addEventListener("submit", () => { kaappi.forget(); });
  const form = document.getElementById("puhelin-kayttoon");
  if (form) takeUp(form);
  watch();
  device ??= await make();
  await send();
  window.addEventListener("online", send);
  if (device?.koodi && await kaappi.get("paiva", oma).then((day) => !day || kaappi.dayLives(device))) {
    if (today) await prepare();
    setInterval(async () => (await navigator.serviceWorker.getRegistration())?.active?.postMessage({}), ALIVE_MS);
  }
}

if (crypto.subtle && window.indexedDB) begin().catch(() => { /* A page works without its store. */ });
