// Makes writing a document smoother; every form works without it.
// 0. `;aamu` and a space write out a phrase. 1. The bar of what is missing follows what is typed. 2. A link to a place opens the sections around it.
"use strict";
(() => {
  const opened = (element) => {
    for (let up = element; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  };

  const go = (id) => {
    const place = document.getElementById(id);
    if (!place) return false;
    opened(place);
    place.scrollIntoView({ block: "center" });
    const target = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]), select, textarea");
    (target ?? place).focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#puuttuu a[href^='#'], .notice.bad a[href^='#']");
    if (link && go(link.hash.slice(1))) event.preventDefault();
  });
  // A form that came back changed starts at the place that was changed.
  if (location.hash) go(decodeURIComponent(location.hash.slice(1)));

  const filled = (form, element) => element.type === "radio"
    ? form.querySelector(`[name="${CSS.escape(element.name)}"]:checked`) !== null
    : element.value.trim() !== "";

  // Takes away a mandatory field from the list as soon as it is filled; the server's answer after saving tells the rest.
  const follow = (form) => {
    const bar = form.querySelector("#puuttuu");
    if (!bar) return;
    let count = 0;
    for (const link of bar.querySelectorAll("a")) {
      const field = document.getElementById(link.hash.slice(1));
      const done = field?.required === true && filled(form, field);
      link.parentElement.hidden = done;
      if (!done) count += 1;
    }
    const { none, one, other } = bar.dataset;
    const text = count === 0 ? none : count === 1 ? one : other.replace("#", count);
    const place = bar.querySelector(".bar-text");
    if (place.textContent !== text) place.textContent = text;
  };
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    form.addEventListener("input", () => follow(form));
    form.addEventListener("saved", (event) => {
      const bar = form.querySelector("#puuttuu");
      if (!bar || !event.detail) return;
      // Whoever stands in the bar with the keyboard is not thrown out of it.
      if (bar.contains(document.activeElement)) return;
      const fresh = new DOMParser().parseFromString(event.detail, "text/html").getElementById("puuttuu");
      if (fresh) { bar.replaceWith(fresh); follow(form); }
    });
  }

  // Enter in a line of a long form sends nothing: a field too early is no reason to finish a document.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-default]")) event.preventDefault();
  }, { capture: true });

  const phrases = new Map([...document.querySelectorAll("#fraasit option")].map((one) => {
    const at = one.value.indexOf(" ");
    return [one.value.slice(1, at), one.value.slice(at + 1)];
  }));
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!phrases.size || field.tagName !== "TEXTAREA") return;
    const before = field.value.slice(0, field.selectionStart);
    const found = before.match(/(?:^|\s);([\p{L}\p{N}]+)\s$/u);
    const text = found && phrases.get(found[1].toLowerCase());
    if (text) field.setRangeText(text, before.length - found[1].length - 2, before.length - 1, "end");
  });
})();
