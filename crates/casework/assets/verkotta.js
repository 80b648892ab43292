// The service worker. It keeps two pages without anybody's data, shows them when the network is gone, and lends an opened
// key from one page to the next in memory alone: when no page of ours is open, the browser ends us and the key is gone.
"use strict";
const CACHE = "vakka-__VERSION__";
const FILES = [
  "/assets/dist/tokens-casework.css", "/assets/vakka.css", "/assets/vakka.js", "/assets/vakka.svg",
  "/tyo/tyo.css", "/tyo/kuori.js", "/tyo/kaappi.js", "/tyo/jono.js", "/tyo/muistiot.js", "/tyo/vakka.webmanifest",
];
const LANGUAGES = ["fi", "sv"];
const SHELLS = LANGUAGES.flatMap((lang) => [`/puhelin/kuori/${lang}`, `/puhelin/poikki/${lang}`]);
const LANGUAGE = "/puhelin/kieli";
/** A network that answers later than this is none for somebody who stands at a door. */
const PATIENCE_MS = 8000;

let lent = null;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, ...SHELLS].map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const language = await caches.match(LANGUAGE);
  if (language) await (await caches.open(CACHE)).put(LANGUAGE, language.clone());
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

async function language(url) {
  const asked = url.searchParams.get("kieli");
  if (LANGUAGES.includes(asked)) { await speak(asked); return asked; }
  return (await (await caches.match(LANGUAGE))?.text()) ?? LANGUAGES[0];
}

const speak = async (lang) => (await caches.open(CACHE)).put(LANGUAGE, new Response(lang));

async function instead(url) {
  const today = ["/", "/tanaan"].includes(url.pathname);
  return (await caches.match(`/puhelin/${today ? "kuori" : "poikki"}/${await language(url)}`)) ?? Response.error();
}

async function page(request, url) {
  const late = new Promise((_, no) => setTimeout(no, PATIENCE_MS));
  // Only the day's page has something to show instead; another page waits as long as the browser does.
  const inTime = url.pathname === "/tanaan" && request.method === "GET" ? [late] : [];
  try {
    return await Promise.race([fetch(request), ...inTime]);
  } catch {
    return instead(url);
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(url.pathname)) ?? Response.error()));
  }
});

self.addEventListener("message", (event) => {
  const { muista, oma, anna, unohda, kieli } = event.data ?? {};
  if (muista) lent = { oma, key: muista };
  if (unohda) lent = null;
  if (anna) event.ports[0]?.postMessage(lent?.oma === anna ? lent.key : null);
  if (LANGUAGES.includes(kieli)) event.waitUntil(speak(kieli));
});
