// Makes four things smoother; every form works without it.
// 1. Drafts are saved a second after typing stops. 2. Ctrl+Enter sends the form that holds the cursor.
// 3. A new entry begins in its text. 4. A card reader program (SCS) on this machine signs, and its answer is put into the form.
"use strict";
(() => {
  const PAUSE_MS = 1000;

  const autosave = (form) => {
    const saved = form.querySelector(".saved");
    let timer;
    const save = async () => {
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: new URLSearchParams(new FormData(form)),
          headers: { Accept: form.querySelector("#puuttuu") ? "text/html" : "text/plain" },
        });
        const said = await answer.text();
        const time = answer.headers.get("X-Tallennettu") ?? said;
        saved.textContent = answer.ok ? `${saved.dataset.saved} ${time}` : saved.dataset.failed;
        if (answer.ok) form.dispatchEvent(new CustomEvent("saved", { detail: said }));
      } catch {
        saved.textContent = saved.dataset.failed;
      }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE_MS); });
  };

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

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form");
    if (event.ctrlKey && event.key === "Enter" && form) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === "e" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.("input,textarea,select")) {
      const link = document.querySelector("[data-action=kirjaa]");
      if (link) { event.preventDefault(); link.click(); }
    }
  });
  // Whoever opened an empty entry came to write; a page that came back with faults starts at them.
  const text = document.querySelector("form[data-autosave] textarea[name=teksti]");
  if (text && text.value === "" && !document.querySelector(".notice.bad")) text.focus({ preventScroll: true });
  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll("form[data-scs]").forEach(card);
})();
