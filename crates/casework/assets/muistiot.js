// The list of notes in this browser, as the page of the day shows it with and without a network. Words are the page's own.
import { UNFINISHED, WAITING } from "/tyo/jono.js";

const place = () => document.getElementById("jono");
const words = (key, n) => {
  const { [`${key}Yksi`]: one, [`${key}Monta`]: other } = place().dataset;
  return (n === 1 ? one : other).replace("#", n);
};
const clock = (ms) => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(ms).replace(":", ".");

/** What stands above the list: how many wait, why they do not go, that they went. */
export function say(text, tone = "busy") {
  const line = place().querySelector(".jono-sanoo");
  line.textContent = text;
  line.closest(".notice").hidden = text === "";
  line.closest(".notice").className = `notice ${tone}`;
  place().hidden = false;
}

/** The line of the queue after a sending: `left` notes wait. */
export function sayQueue(left, told = {}) {
  const why = place().dataset[`syy${(told.miksi ?? "").replace(/^./, (one) => one.toUpperCase())}`];
  const link = place().querySelector(".jono-kirjaudu");
  link.hidden = !(left && told.miksi === "istunto");
  if (left) say([words("odottaa", left), why].filter(Boolean).join(". "), told.miksi === "istunto" ? "warning" : "busy");
  else if (told.lahti) say(words("lahti", told.lahti), "good");
  else if (told.palautui) say(words("palautui", told.palautui), "good");
  else say("");
}

/** Draws the notes. `acts`: edit(note), remove(note). Without an opened key only their number is told. */
export function draw(notes, acts) {
  const list = place().querySelector("ul");
  const model = document.getElementById("malli-muistio");
  list.replaceChildren(...notes.map((note) => {
    const row = model.content.cloneNode(true).firstElementChild;
    row.dataset.state = note.tila;
    const put = (name, text) => { row.querySelector(name).textContent = text; };
    put(".who", note.nimi ?? "");
    put(".when", clock(note.hetki ?? note.aika));
    put(".chip", place().dataset[`tila${note.tila.replace(/^./, (one) => one.toUpperCase())}`]);
    row.querySelector(".chip").className = `chip ${{ [WAITING]: "busy", [UNFINISHED]: "warning" }[note.tila] ?? "bad"}`;
    put(".written", note.kentat?.find(([name]) => name === "teksti")?.[1] ?? "");
    put(".miksi", note.miksi ?? "");
    const open = row.querySelector("a");
    open.hidden = !note.osoite;
    open.href = note.osoite ?? "";
    const [edit, remove] = row.querySelectorAll("button");
    edit.hidden = !acts.edit || ![WAITING, UNFINISHED].includes(note.tila);
    edit.addEventListener("click", () => acts.edit(note));
    remove.hidden = note.tila === WAITING;
    remove.addEventListener("click", () => acts.remove(note));
    return row;
  }));
  if (notes.length) place().hidden = false;
}
export { clock };
