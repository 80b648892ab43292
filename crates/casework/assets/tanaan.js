// The work list: an entry is written in its row, and keys move among rows. Without it the same links lead to the same forms.
"use strict";
(() => {
  const list = document.getElementById("tyot");
  if (!list) return;
  const said = document.getElementById("ilmoitus");
  const HEADERS = { "X-Vakka-Script": "1" };
  const rows = () => [...list.querySelectorAll("li.work")].filter((row) => row.offsetParent);
  const rowOf = (element) => element?.closest?.("li.work");
  const button = (row) => row?.querySelector("a[data-in-row]") ?? row?.querySelector(".does a");
  // What went well leaves by itself, for the row says it too; what failed stays.
  let leaving;
  const say = (text, briefly = false) => {
    clearTimeout(leaving);
    said.textContent = text;
    said.classList.add("shown");
    if (briefly) leaving = setTimeout(() => said.classList.remove("shown"), 6000);
  };

  const close = (row) => {
    row?.querySelector(".row-form")?.remove();
    row?.classList.remove("open");
    row?.querySelector("a[data-in-row]")?.setAttribute("aria-expanded", "false");
  };

  /** The form of a page that was fetched, and what the page says is wrong in it. */
  const take = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    return [page.querySelector("main .notice.bad"), page.querySelector("#asiakirja")];
  };

  const put = (row, notice, form) => {
    const place = row.querySelector(".row-form") ?? row.appendChild(document.createElement("div"));
    place.className = "row-form";
    place.replaceChildren(...[notice, form].filter(Boolean));
    row.classList.add("open");
    // The row begins at the top of the window, so that a phone's keyboard leaves the text and its button in sight.
    row.scrollIntoView({ block: window.innerWidth < 768 ? "start" : "nearest" });
    form.querySelector("textarea[name=teksti]")?.focus({ preventScroll: window.innerWidth < 768 });
  };

  const open = async (row) => {
    const link = row.querySelector("a[data-in-row]");
    if (row.classList.contains("open")) { row.querySelector("textarea[name=teksti]")?.focus(); return; }
    list.querySelectorAll("li.work.open").forEach(close);
    say(list.dataset.opening);
    try {
      const answer = await fetch(link.href, { headers: HEADERS, redirect: "manual" });
      const [notice, form] = answer.ok ? take(await answer.text()) : [];
      if (!form) { location.assign(link.href); return; }
      link.setAttribute("aria-expanded", "true");
      put(row, notice, form);
      said.classList.remove("shown");
    } catch {
      // A phone in use has a page of the day that needs no network; there the note is written.
      if (navigator.serviceWorker?.controller) { location.hash = row.dataset.key; location.reload(); return; }
      say(list.dataset.failed);
    }
  };

  /** A note that could not be sent waits in this browser, when it has a store. */
  const queued = async (row, form) => {
    const asked = new CustomEvent("vakka-jonoon", { bubbles: true, cancelable: true, detail: {} });
    if (form.dispatchEvent(asked)) return false;
    await asked.detail.jonossa;
    close(row);
    mark(row, "busy", list.dataset.queued);
    say(list.dataset.queued, true);
    row.focus();
    return true;
  };

  const mark = (row, tone, text) => {
    const chip = row.querySelector(".chip") ?? row.insertBefore(document.createElement("span"), row.querySelector(".does"));
    chip.className = `chip ${tone}`;
    chip.textContent = text;
  };

  const finished = (row, next) => {
    close(row);
    row.dataset.state = "visit_recorded";
    row.classList.add("done");
    const name = row.querySelector(".who")?.textContent ?? "";
    mark(row, "good", `✓ ${list.dataset.recorded}`);
    const link = document.createElement("a");
    link.className = "button secondary";
    link.href = row.querySelector(".who")?.getAttribute("href") ?? "/tanaan";
    link.textContent = list.dataset.clientPage;
    row.querySelector(".does").replaceChildren(link);
    const count = document.querySelector("[data-number=unrecorded] strong");
    if (count && Number(count.textContent) > 0) count.textContent = String(Number(count.textContent) - 1);
    say(`${list.dataset.done} ${name}`, true);
    const after = rows().slice(rows().indexOf(row) + 1).find((one) => one.querySelector("a[data-in-row]"));
    if (next && after) open(after);
    else row.focus();
  };

  const send = async (form) => {
    const row = rowOf(form);
    const main = form.querySelector("button.primary");
    main.disabled = true;
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: HEADERS, redirect: "manual",
      });
      if (answer.type === "opaqueredirect") { form.dispatchEvent(new CustomEvent("vakka-valmis", { bubbles: true })); finished(row, Boolean(form.dataset.next)); return; }
      if (answer.status === 401) { say(list.dataset.ended); return; }
      const [notice, again] = take(await answer.text());
      if (again) put(row, notice, again);
      else say(list.dataset.failed);
    } catch {
      if (!await queued(row, form)) say(list.dataset.failed);
    } finally {
      main.disabled = false;
      delete form.dataset.next;
    }
  };

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-in-row]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(rowOf(link));
  });
  list.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id !== "asiakirja" || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    send(form);
  });
  list.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (event.key === "Escape" && row?.classList.contains("open")) { close(row); button(row)?.focus(); event.preventDefault(); }
    if (event.key === "Enter" && event.target === row) { button(row)?.click(); event.preventDefault(); }
  });

  let anchor;
  const box = (row) => row?.querySelector(".pick input");
  const pick = (row) => { if (box(row)) { box(row).checked = !box(row).checked; anchor = row; } };
  const range = (row) => {
    const all = rows();
    const [from, to] = [all.indexOf(anchor ?? row), all.indexOf(row)].sort((a, b) => a - b);
    for (const one of all.slice(Math.max(from, 0), to + 1)) if (box(one)) box(one).checked = true;
  };
  list.addEventListener("click", (event) => {
    if (!event.target.matches(".pick input")) return;
    const row = rowOf(event.target);
    if (event.shiftKey) range(row);
    anchor = row;
  });
  document.addEventListener("keydown", (event) => {
    // Shift and the selecting key: the range; the letter comes in capitals.
    const row = rowOf(document.activeElement);
    if (event.shiftKey && row && !event.ctrlKey && !event.altKey && /^[A-ZÅÄÖ]$/.test(event.key)
      && !document.activeElement.matches("input:not([type=checkbox]), textarea, select")
      && (document.querySelector("meta[name=vakka-keys]")?.content ?? "").includes(`select ${event.key.toLowerCase()}`)) {
      range(row);
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  document.addEventListener("vakka-key", (event) => {
    const all = rows();
    const at = all.indexOf(rowOf(document.activeElement));
    const current = all[at];
    const act = {
      next: () => (all[at + 1] ?? all.at(-1))?.focus(),
      previous: () => (all[at - 1] ?? all[0])?.focus(),
      record: () => (current && button(current) ? button(current) : list.querySelector("a[data-in-row]"))?.click(),
      select: () => pick(current),
      snooze: () => { if (current && !list.querySelector(".pick input:checked")) pick(current); document.querySelector("[data-action=torkuta]")?.focus(); },
    }[event.detail];
    if (!act || !all.length) return;
    event.preventDefault();
    act();
  });
})();
