// A running batch tells how far it is: its part of the page is fetched again each second until it is done. Without script
// the link beside the button does the same.
"use strict";
(() => {
  const PAUSE_MS = 1000;
  const ENDED = ["done", "returned"];
  const look = async () => {
    const old = document.getElementById("era");
    if (!old || ENDED.includes(old.dataset.state)) return;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("era");
      // Whoever stands on a button keeps it.
      if (answer.ok && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      else if (answer.ok && fresh) for (const part of ["#edistyminen", "dl", "label"]) old.querySelector(part)?.replaceWith(fresh.querySelector(part));
      if (ENDED.includes(fresh?.dataset.state)) { location.reload(); return; }
    } catch { /* the network is gone; the next look tells */ }
    setTimeout(look, PAUSE_MS);
  };
  if (document.getElementById("era")) setTimeout(look, PAUSE_MS);
})();
