// Builds assets/dist from what the lock file names: the design systems' tokens as plain custom properties, and htmx.
//
// Only tokens are taken, not the systems' components: Vakka has a theme of its own over them (crates/web/assets), so
// that pages look right without this folder too, and so that nobody takes them for Helsinki's or Suomi.fi's service.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const making = join(here, "dist.making");
const dist = join(here, "dist");

/** The custom properties of hds-core's base, without its fonts and resets. */
function hdsTokens() {
  const css = readFileSync(join(packages, "hds-core/lib/base.css"), "utf8");
  const tokens = [...css.matchAll(/(--[a-z0-9-]+)\s*:\s*([^;}]+)[;}]/g)].map(([, name, value]) => [name, value.trim()]);
  if (tokens.length < 50) throw new Error("hds-core: fewer tokens than expected");
  return [...new Map(tokens)];
}

/** Suomi.fi's colours as custom properties: `brandBase` becomes `--fi-brand-base`. */
function suomifiTokens() {
  const { suomifiDesignTokens } = createRequire(import.meta.url)(join(packages, "suomifi-design-tokens/dist/index.js"));
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const tokens = Object.entries(suomifiDesignTokens.colors).map(([name, value]) => [
    `--fi-${kebab(name)}`,
    typeof value === "string" ? value : value.hsl,
  ]);
  if (tokens.length < 20) throw new Error("suomifi-design-tokens: fewer colours than expected");
  return tokens;
}

function sheet(source, tokens) {
  const lines = tokens.map(([name, value]) => `  ${name}: ${value};`);
  return `/* Tokens of ${source} (MIT), made by assets/build.mjs */\n:root {\n${lines.join("\n")}\n}\n`;
}

rmSync(making, { recursive: true, force: true });
mkdirSync(making, { recursive: true });
const staff = sheet("hds-core", hdsTokens());
for (const product of ["casework", "archive", "registers", "landing"]) {
  writeFileSync(join(making, `tokens-${product}.css`), staff);
}
writeFileSync(join(making, "tokens-citizen.css"), sheet("suomifi-design-tokens", suomifiTokens()));
copyFileSync(join(packages, "htmx.org/dist/htmx.min.js"), join(making, "htmx.min.js"));

const made = createHash("sha256");
for (const file of ["package-lock.json", "build.mjs"]) made.update(readFileSync(join(here, file)));
writeFileSync(join(making, "manifest.json"), JSON.stringify({ made_from: made.digest("hex") }) + "\n");
rmSync(dist, { recursive: true, force: true });
renameSync(making, dist);
