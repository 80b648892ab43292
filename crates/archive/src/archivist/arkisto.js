// Takes a card login's request to the card reader program (SCS) on this machine and puts its answer into the form. The
// form works without it: the answer can be pasted.
"use strict";
for (const form of document.querySelectorAll("form[data-scs]")) {
  const answer = form.querySelector("[name=vastaus]");
  form.querySelector("button").addEventListener("click", async (event) => {
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
}
