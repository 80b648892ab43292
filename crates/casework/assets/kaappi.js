// The encrypted store of this browser (docs/decisions: the phone without a network). Writing needs no secret: every record is
// sealed to a public key. Reading needs the private key, which lies here only wrapped: by the server's half, which a live
// session of the same worker gets, and on a phone in use by the worker's code too. Nothing of a client stands here in clear.

const EC = { name: "ECDH", namedCurve: "P-256" };
/** Rounds of PBKDF2: about a second on a phone, and as long for whoever guesses on the same. */
const ROUNDS = 1_000_000;
const STORES = [["laite", "oma"], ["paiva", "oma"], ["muistio", "id"]];
const { subtle } = crypto;
const bytes = (text) => new TextEncoder().encode(text);
export const fromBase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
/** 128 random bits in hex: the name of a store or of a note. */
export const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

let opened;
const database = () => opened ??= new Promise((yes, no) => {
  const asked = indexedDB.open("vakka-kaappi", 1);
  asked.onupgradeneeded = () => { for (const [name, keyPath] of STORES) asked.result.createObjectStore(name, { keyPath }); };
  asked.onsuccess = () => yes(asked.result);
  asked.onerror = () => no(asked.error);
});

/** One transaction; a write is on the disk when it has ended, whatever happens to the browser then. */
async function act(name, mode, doing) {
  const tx = (await database()).transaction(name, mode, { durability: "strict" });
  const asked = doing(tx.objectStore(name));
  return new Promise((yes, no) => {
    tx.oncomplete = () => yes(asked?.result);
    tx.onabort = () => no(tx.error);
  });
}
export const get = (name, key) => act(name, "readonly", (store) => store.get(key));
export const all = (name) => act(name, "readonly", (store) => store.getAll());
export const put = (name, record) => act(name, "readwrite", (store) => store.put(record));
/** Changes some facts of a store that is still there: a page that lived longer never brings an ended one back. */
export const change = (device, facts) => {
  Object.assign(device, facts);
  return act("laite", "readwrite", (store) => {
    const asked = store.get(device.oma);
    asked.onsuccess = () => { if (asked.result?.laite === device.laite) store.put({ ...asked.result, ...facts }); };
  });
};
/** Writes a record of a store that is still there: what comes late, after the store was emptied, is not kept. */
export async function putOf(device, name, record) {
  const tx = (await database()).transaction(["laite", name], "readwrite", { durability: "strict" });
  const asked = tx.objectStore("laite").get(device.oma);
  asked.onsuccess = () => { if (asked.result?.laite === device.laite) tx.objectStore(name).put(record); };
  return new Promise((yes, no) => {
    tx.oncomplete = () => yes();
    tx.onabort = () => no(tx.error);
  });
}
export const remove = (name, key) => act(name, "readwrite", (store) => store.delete(key));

// Sealing: a key of its own for each record, agreed between a passing key pair and the store's public key.
async function agreed(own, other, passing, use) {
  const bits = await subtle.deriveBits({ name: "ECDH", public: other }, own, 256);
  const base = await subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: passing, info: bytes("vakka kaappi 1") };
  return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, [use]);
}

/** Seals a value to the store. `id` is bound in, so that no record can be put in place of another. */
export async function seal(device, id, value) {
  const pair = await subtle.generateKey(EC, false, ["deriveBits"]);
  const passing = await subtle.exportKey("raw", pair.publicKey);
  const other = await subtle.importKey("raw", device.julkinen, EC, false, []);
  const key = await agreed(pair.privateKey, other, passing, "encrypt");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bytes(`${device.oma} ${id}`) };
  return { passing, iv, data: await subtle.encrypt(how, key, bytes(JSON.stringify(value))) };
}

export async function unseal(device, key, id, box) {
  const other = await subtle.importKey("raw", box.passing, EC, false, []);
  const how = { name: "AES-GCM", iv: box.iv, additionalData: bytes(`${device.oma} ${id}`) };
  const clear = await subtle.decrypt(how, await agreed(key, other, box.passing, "decrypt"), box.data);
  return JSON.parse(new TextDecoder().decode(clear));
}

// Wrapping of the private key.
const half = (secret) => subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
async function ofCode(code, salt, rounds) {
  const base = await subtle.importKey("raw", bytes(code.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
async function wrap(key, laite, clear) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(laite) }, key, clear) };
}
const unwrap = (key, laite, { iv, data }) => subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytes(laite) }, key, data);
const usable = (clear) => subtle.importKey("pkcs8", clear, EC, false, ["deriveBits"]);

/** Makes the store of a worker in this browser; with a code it opens without a network too. */
export async function make(oma, laite, secret, code) {
  const pair = await subtle.generateKey(EC, true, ["deriveBits"]);
  const clear = await subtle.exportKey("pkcs8", pair.privateKey);
  const device = { oma, laite, ero: 0, julkinen: await subtle.exportKey("raw", pair.publicKey) };
  device.palvelin = await wrap(await half(secret), laite, clear);
  if (code) device.koodi = await codeLock(laite, code, clear);
  await put("laite", device);
  return device;
}

async function codeLock(laite, code, clear) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, rounds: ROUNDS, ...await wrap(await ofCode(code, salt, ROUNDS), laite, clear) };
}

/** Adds the code to a store that holds something already. */
export async function addCode(device, secret, code) {
  const clear = await unwrap(await half(secret), device.laite, device.palvelin);
  await change(device, { koodi: await codeLock(device.laite, code, clear) });
}

/** The private key by the server's half. */
export const bySecret = async (device, secret) => usable(await unwrap(await half(secret), device.laite, device.palvelin));
/** The private key by the worker's code; `null` when the code is not the right one. */
export async function byCode(device, code) {
  const { salt, rounds } = device.koodi;
  try {
    return await usable(await unwrap(await ofCode(code, salt, rounds), device.laite, device.koodi));
  } catch {
    return null;
  }
}

// The opened key goes from page to page through the service worker's memory, and never to the disk.
const worker = async () => (await navigator.serviceWorker?.getRegistration())?.active;
export const lend = async (device, key) => (await worker())?.postMessage({ muista: key, oma: device.oma });
export const forget = async () => (await worker())?.postMessage({ unohda: true });
export async function borrow(device) {
  const to = await worker();
  if (!to) return null;
  return new Promise((yes) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => yes(event.data);
    setTimeout(yes, 2000, null);
    to.postMessage({ anna: device.oma }, [port2]);
  });
}

/** Takes the day away, and the way to read without a session: both or neither, or a page that is left in between would ask for
 * the code of nothing. What was not sent stays, for the server's half alone. */
export async function endDay(device) {
  Object.assign(device, { koodi: null });
  const tx = (await database()).transaction(["laite", "paiva"], "readwrite", { durability: "strict" });
  tx.objectStore("paiva").delete(device.oma);
  const asked = tx.objectStore("laite").get(device.oma);
  asked.onsuccess = () => { if (asked.result?.laite === device.laite) tx.objectStore("laite").put({ ...asked.result, koodi: null }); };
  await new Promise((yes, no) => { tx.oncomplete = yes; tx.onabort = () => no(tx.error); });
  await forget();
}

/** Empties the store of a worker, all at once. Gives when the notes were written that had not gone. */
export async function empty(device) {
  const tx = (await database()).transaction(STORES.map(([name]) => name), "readwrite", { durability: "strict" });
  const notes = tx.objectStore("muistio");
  const asked = notes.getAll();
  let mine = [];
  asked.onsuccess = () => {
    mine = asked.result.filter((one) => one.oma === device.oma);
    for (const one of mine) notes.delete(one.id);
  };
  for (const name of ["paiva", "laite"]) tx.objectStore(name).delete(device.oma);
  await new Promise((yes, no) => { tx.oncomplete = yes; tx.onabort = () => no(tx.error); });
  await forget();
  return mine.filter((one) => one.tila === "odottaa" || one.tila === "kesken").map((one) => one.aika);
}

/** Ends the day of a store whose time is over. Gives whether there is a day still. */
export async function dayLives(device) {
  const day = await get("paiva", device.oma);
  if (!day) return false;
  if (Date.now() + device.ero < day.asti) return true;
  await endDay(device);
  return false;
}
