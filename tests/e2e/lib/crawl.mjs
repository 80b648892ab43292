// Finds every page that links lead to, so that a new page is checked without anybody adding it to a list.

/** Pages with the same address but for identifiers show the same thing; so many of each kind are looked at. */
const PER_KIND = Number(process.env.E2E_PER_KIND ?? 2);
const PAGES_MAX = 400;

/** The address without what identifies one thing among many. Codes of document types stay: each is a form of its own. */
export function kindOf(url) {
  return decodeURIComponent(new URL(url).pathname)
    .replace(/\d+(\.\d+){5,}/g, "{oid}")
    .replace(/\/[0-9a-fA-F]{12,}(?=\/|$)/g, "/{id}")
    .replace(/\/[\w-]{16,}(?=\/|$)/g, "/{id}");
}

const PLAIN = (href) => { const url = new URL(href); url.hash = ""; url.searchParams.delete("kieli"); return url.href; };

/**
 * Follows links, GET only, within one origin.
 * @returns {Promise<string[]>} addresses in the order found
 */
export async function crawl(request, starts) {
  const origin = new URL(starts[0]).origin;
  const seen = new Map();
  const queue = [...starts];
  const pages = [];
  while (queue.length && pages.length < PAGES_MAX) {
    const url = PLAIN(queue.shift());
    const kind = kindOf(url);
    const known = seen.get(kind) ?? new Set();
    seen.set(kind, known);
    if (known.has(url) || known.size >= PER_KIND) continue;
    known.add(url);
    const answer = await request.get(url);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    const landed = PLAIN(answer.url());
    if (landed !== url) { queue.push(landed); continue; }
    pages.push(url);
    if (!answer.ok()) continue;
    const links = (await answer.text()).matchAll(/<a\b[^>]*?\shref="([^"]+)"[^>]*>/g);
    for (const [tag, href] of links) {
      if (/\sdownload\b/.test(tag)) continue;
      const next = new URL(href.replaceAll("&amp;", "&"), url);
      if (next.origin === origin) queue.push(next.href);
    }
  }
  if (pages.length >= PAGES_MAX) throw new Error("more pages than a crawl may have; is a link endless?");
  return pages;
}
