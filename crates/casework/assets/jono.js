// Notes that wait in this browser, and their sending: in the order in which they were finished, each until the server has said
// what became of it. A note has the same name however often it is sent, so that the server stores it once.
import * as kaappi from "/tyo/kaappi.js";

const HEADERS = { "X-Vakka-Script": "1" };

/** States of a note here: being written, waiting, refused, and kept by the server as a draft because it asks something. */
export const UNFINISHED = "kesken";
export const WAITING = "odottaa";

let last = 0;
/** Keeps a note. `note`: lahetys, asiakas, laji, kentat, hetki, kirjoitettu, luonnos, and nimi for the list. */
export async function keep(device, id, tila, note) {
  last = Math.max(last + 1, Date.now());
  await kaappi.putOf(device, "muistio", { id, oma: device.oma, tila, aika: last, laatikko: await kaappi.seal(device, id, note) });
}

/** The worker's notes in their order, as sealed. */
export async function notes(device) {
  const all = await kaappi.all("muistio");
  return all.filter((one) => one.oma === device.oma).sort((a, b) => a.aika - b.aika);
}

export async function read(device, key) {
  const read = [];
  for (const one of await notes(device)) read.push({ ...one, ...await kaappi.unseal(device, key, one.id, one.laatikko) });
  return read;
}

/**
 * Asks the server for its half. Gives `{ key, csrf }`, or `{ miksi }`: verkko, palvelin, istunto, toinen, paattynyt. A store
 * that has ended gives `csrf` too while its worker may still write; then a key that is open already reads what waits.
 */
export async function open(device) {
  let answer;
  try {
    answer = await fetch(`/puhelin/avain?laite=${device.laite}`, { headers: HEADERS, redirect: "manual", cache: "no-store" });
  } catch {
    return { miksi: "verkko" };
  }
  if (answer.ok) {
    const { avain, csrf, nyt } = await answer.json();
    await kaappi.change(device, { ero: nyt - Date.now() });
    return { key: await kaappi.bySecret(device, kaappi.fromBase64(avain)), csrf };
  }
  if (answer.status === 410) return { miksi: "paattynyt", csrf: (await answer.json()).csrf, key: await kaappi.borrow(device) };
  if (answer.status >= 500) return { miksi: "palvelin" };
  return { miksi: await ended(device) ? "paattynyt" : answer.status === 404 ? "toinen" : "istunto" };
}

/** Whether the server says that this store has ended. Silence is no end. */
const ended = async (device) => (await state(device)) === "paattynyt";

/** Asked without a session: `voimassa`, `paattynyt`, or nothing when nobody answers. */
export async function state(device) {
  try {
    const body = new URLSearchParams({ laite: device.laite });
    const answer = await fetch("/puhelin/tila", { method: "POST", body, headers: HEADERS, redirect: "manual" });
    return answer.ok ? (await answer.json()).tila : undefined;
  } catch {
    return undefined;
  }
}

async function post(path, device, csrf, note) {
  const body = new URLSearchParams(note.kentat.filter(([name]) => !["csrf", "lahetys", "luonnos"].includes(name)));
  const more = {
    csrf, lahetys: note.lahetys, luonnos: note.luonnos, "p-asiakas": note.asiakas, "p-laji": note.laji, "p-laite": device.laite,
    "p-kirjoitettu": note.kirjoitettu ?? "", "p-hetki": note.hetki ?? "", "p-viimeksi": note.viimeksi ?? "",
  };
  for (const [name, value] of Object.entries(more)) body.append(name, value);
  try {
    const answer = await fetch(path, { method: "POST", body, headers: HEADERS, redirect: "manual" });
    if (answer.ok) return await answer.json();
    return { miksi: answer.status === 401 || answer.status === 403 ? "istunto" : "palvelin" };
  } catch {
    return { miksi: "verkko" };
  }
}

/** Sends one note. Gives why nothing more can be sent now, or nothing. */
async function sendOne(device, opened, one) {
  const note = await kaappi.unseal(device, opened.key, one.id, one.laatikko);
  const unfinished = one.tila === UNFINISHED;
  const told = await post(unfinished ? "/puhelin/luonnos" : "/puhelin/kirjaus", device, opened.csrf, note);
  if (!told.tila) return told.miksi;
  // What has been changed while it was on its way is sent again.
  const now = await kaappi.get("muistio", one.id);
  if (now?.aika !== one.aika) return undefined;
  if (["tallessa", "oli-jo"].includes(told.tila) || (unfinished && told.tila === "luonnos")) await kaappi.remove("muistio", one.id);
  else {
    const kept = told.tila === "luonnos" ? { ...note, kentat: [], miksi: told.miksi, osoite: told.osoite } : { ...note, miksi: told.miksi };
    await kaappi.putOf(device, "muistio", { ...one, tila: told.tila, laatikko: await kaappi.seal(device, one.id, kept) });
  }
  return undefined;
}

/**
 * Sends what waits, and gives unfinished texts to the server as drafts but those that `busy` says are being written.
 * Gives `{ miksi, lahti, palautui }`: why it stopped, if it did; how many notes went; how many texts became drafts.
 */
export const send = (device, busy = () => false) => navigator.locks.request(`vakka-jono-${device.oma}`, async () => {
  const due = (await notes(device)).filter((one) => one.tila === WAITING || (one.tila === UNFINISHED && !busy(one.id)));
  const told = { lahti: 0, palautui: 0 };
  if (!due.length) return told;
  const opened = await open(device);
  if (!opened.key || !opened.csrf) return { ...told, miksi: opened.miksi };
  for (const one of due) {
    const miksi = await sendOne(device, opened, one);
    if (miksi) return { ...told, miksi: opened.miksi ?? miksi };
    if (one.tila === WAITING) told.lahti += 1;
    else told.palautui += 1;
  }
  return { ...told, miksi: opened.miksi };
});

/** Fetches the day's clients, and keeps them sealed. Gives why not, or nothing. */
export async function fetchDay(device) {
  try {
    const answer = await fetch(`/puhelin/paiva?laite=${device.laite}`, { headers: HEADERS, redirect: "manual", cache: "no-store" });
    if (!answer.ok) return "istunto";
    const day = await answer.json();
    await kaappi.change(device, { ero: day.nyt - Date.now() });
    await kaappi.putOf(device, "paiva", { oma: device.oma, asti: day.asti, laatikko: await kaappi.seal(device, "paiva", day) });
    return undefined;
  } catch {
    return "verkko";
  }
}

const TOLD = "vakka-poistettu";
/** Empties a store whose right has ended, and keeps in mind how many notes had not gone: their times, nothing else. */
export async function emptyEnded(device) {
  const times = await kaappi.empty(device);
  localStorage.setItem(TOLD, JSON.stringify(times));
}
/** The times of notes that were taken away unsent; `null` when nothing was taken away. */
export const takenAway = () => JSON.parse(localStorage.getItem(TOLD) ?? "null");
export const takenAwayIsRead = () => localStorage.removeItem(TOLD);
