// What pages do better with script; every page works without it.
"use strict";

// Autosave: <form data-autosave="/path"> posts its fields one second after typing stops. The server answers with one
// line of text, shown in the form's [data-autosave-status]; a failure is said there too, and the text stays in the form.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  const say = (text) => { if (status) status.textContent = text; };
  let timer = 0;
  let sending = false;
  let again = false;
  const save = async () => {
    if (sending) { again = true; return; }
    sending = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { accept: "text/plain" } });
      if (!answer.ok) throw new Error(String(answer.status));
      say(await answer.text());
    } catch {
      say(form.dataset.autosaveFailed || "!");
    }
    sending = false;
    if (again) { again = false; save(); }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1000); });
  form.addEventListener("submit", () => clearTimeout(timer));
}

// Ctrl+Enter presses the form's main button, from anywhere in the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  const form = event.target.closest && event.target.closest("form");
  const button = form && form.querySelector("button.primary");
  if (button) { event.preventDefault(); button.click(); }
});

// A form is sent once, however often its button is pressed. A button inside may be the answer, so it is not disabled.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A page that came back with faults starts at their list.
const faults = document.querySelector("[role=alert]");
if (faults) { faults.tabIndex = -1; faults.focus(); }

// <button type="button" data-copy="…"> copies a text; <button type="button" data-print> prints.
document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("button[data-copy], button[data-print]");
  if (!button) return;
  if (button.dataset.copy !== undefined) navigator.clipboard?.writeText(button.dataset.copy);
  else window.print();
});
