// Makes pages smoother; every form works without it.
// 1. Drafts are saved a second after typing stops. 2. Keys: Ctrl+Enter sends, Ctrl+S saves, Ctrl+K looks up, single keys act.
// 3. A new entry begins in its text. 4. A card reader program (SCS) on this machine signs, and its answer is put into the form.
// 5. A page that nobody touches is locked.
"use strict";
(() => {
  const PAUSE_MS = 1000;
  const SEARCH_PAUSE_MS = 200;
  const HEADERS = { "X-Vakka-Script": "1" };
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const own = (form) => new URLSearchParams(new FormData(form));

  // Drafts. One listener for the page, so that a form that comes later is saved too.
  const timers = new WeakMap();
  const saveDraft = async (form) => {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const saved = form.querySelector(".saved");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: own(form), redirect: "manual",
        headers: { ...HEADERS, Accept: form.querySelector("#puuttuu") ? "text/html" : "text/plain" },
      });
      const said = answer.ok ? await answer.text() : "";
      const time = answer.headers.get("X-Tallennettu") ?? said;
      saved.textContent = answer.ok ? `${saved.dataset.saved} ${time}` : saved.dataset.failed;
      form.dataset.saved = answer.ok ? "1" : "";
      if (answer.ok) form.dispatchEvent(new CustomEvent("saved", { detail: said }));
    } catch {
      saved.textContent = saved.dataset.failed;
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(saveDraft, PAUSE_MS, form));
  });
  const pending = () => [...document.querySelectorAll("form[data-autosave]")].filter((form) => timers.has(form));
  document.addEventListener("submit", (event) => { clearTimeout(timers.get(event.target)); timers.delete(event.target); });

  const card = (form) => {
    const button = form.querySelector("button:not([formaction])");
    const answer = form.querySelector("[name=vastaus]");
    button.addEventListener("click", async (event) => {
      if (answer.value !== "") return;
      event.preventDefault();
      for (const base of form.dataset.scsUrls.split(" ").filter(Boolean)) {
        try {
          const reply = await fetch(`${base}/sign`, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: form.dataset.scs,
          });
          answer.value = await reply.text();
          form.requestSubmit();
          return;
        } catch { /* the next address, then the field for pasting */ }
      }
      answer.closest("details")?.setAttribute("open", "");
      answer.focus();
    });
  };

  // The look-up: a dialog around the page /komennot, which answers the same without script.
  let palette;
  const openPalette = async () => {
    const link = document.querySelector("a.commands");
    if (!link) return;
    if (!palette) {
      const page = await fetch(link.href, { headers: HEADERS });
      if (!page.ok) { location.assign(link.href); return; }
      const there = new DOMParser().parseFromString(await page.text(), "text/html");
      palette = document.createElement("dialog");
      palette.className = "palette";
      palette.setAttribute("aria-label", there.querySelector("h1").textContent);
      palette.append(there.querySelector("#komennot"), there.querySelector("#osumat"));
      document.body.append(palette);
      listen(palette);
    }
    if (!palette.open) palette.showModal();
    palette.querySelector("input[type=search]").select();
  };
  const listen = (dialog) => {
    const form = dialog.querySelector("form");
    const hits = () => [...dialog.querySelectorAll("#osumat a")];
    let timer;
    let asked = 0;
    const ask = async () => {
      const turn = ++asked;
      const answer = await fetch(form.action, { method: "POST", body: own(form), redirect: "manual", headers: HEADERS });
      if (!answer.ok || turn !== asked) return;
      const there = new DOMParser().parseFromString(await answer.text(), "text/html");
      dialog.querySelector("#osumat").replaceWith(there.querySelector("#osumat"));
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, SEARCH_PAUSE_MS); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(timer);
      await ask();
      hits()[0]?.click();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      const all = hits();
      const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (all[at] ?? form.querySelector("input[type=search]")).focus();
    });
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a.commands") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openPalette(); }
  });

  // Keys. Single ones come from the worker's settings and rest in fields; another script may take them first.
  const words = meta("vakka-keys").split(" ").filter(Boolean);
  const keys = new Map();
  for (let at = 0; at + 1 < words.length; at += 2) keys.set(words[at + 1], words[at]);
  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog");
  const single = (act) => {
    const asked = new CustomEvent("vakka-key", { detail: act, cancelable: true });
    if (!document.dispatchEvent(asked)) return true;
    if (act === "help") { location.assign("/pikanappaimet"); return true; }
    const link = act === "record" && document.querySelector("[data-action=kirjaa]");
    link?.click();
    return Boolean(link);
  };
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form");
    if (event.ctrlKey && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
    if (event.ctrlKey && event.key === "Enter" && form) {
      event.preventDefault();
      if (event.shiftKey) form.dataset.next = "1";
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey && event.key.toLowerCase() === "s" && form?.dataset.autosave) { event.preventDefault(); saveDraft(form); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    const act = keys.get(event.key.toLowerCase());
    if (act && single(act)) event.preventDefault();
  });

  // The lock. What is being written is saved first, and the way back leads to it.
  const lock = document.getElementById("lukitse");
  const way = () => {
    const form = document.querySelector("form[data-autosave]");
    const draft = form?.dataset.saved && !form.closest("#tyot") && form.querySelector("[name=luonnos]")?.value;
    const common = form?.dataset.autosave.endsWith("/luonnos");
    return draft ? `${common ? form.dataset.autosave.slice(0, -8) : "/luonnokset"}/${draft}` : location.pathname;
  };
  if (lock) {
    let locking = false;
    const go = async () => {
      if (locking) return;
      locking = true;
      await Promise.all(pending().map(saveDraft));
      lock.querySelector("[name=paluu]").value = way();
      lock.submit();
    };
    lock.addEventListener("submit", (event) => { event.preventDefault(); go(); });
    const idle = Number(meta("vakka-lock")) * 60_000;
    if (idle > 0) {
      // Timers sleep with a device's lid, so the time is looked at when it wakes.
      let touched = Date.now();
      for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
        document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
      }
      const look = () => { if (Date.now() - touched >= idle) go(); };
      setInterval(look, Math.min(idle, 5000));
      document.addEventListener("visibilitychange", look);
    }
  }
  // A page kept by the browser is asked for again: somebody else may sit here now.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Whoever opened an empty entry came to write; a page that came back with faults starts at them.
  const text = document.querySelector("form[data-autosave] textarea[name=teksti]");
  if (text && text.value === "" && !document.querySelector(".notice.bad")) text.focus({ preventScroll: true });
  document.querySelectorAll("form[data-scs]").forEach(card);

  // The encrypted store of this browser, and the phone without a network.
  import("/tyo/puhelin.js").catch(() => { /* A browser without modules works without. */ });
})();
