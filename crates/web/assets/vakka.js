// What pages do better with script; every page works without it.
"use strict";

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

// <p data-refresh="3">: asks for the page again every so many seconds, unless somebody is filling a form on it.
for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => {
    const busy = document.activeElement && document.activeElement.matches("input, select, textarea");
    if (!busy && !document.hidden) location.reload();
  }, Number(part.dataset.refresh) * 1000);
}
