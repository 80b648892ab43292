// The client's page on a phone: the less urgent facts begin folded. Without script everything is open.
(() => {
  if (!matchMedia("(max-width: 40rem)").matches) return;
  document.querySelectorAll(".fact.folds").forEach((fact) => fact.removeAttribute("open"));
})();
