// The theme a reader chose, before anything is drawn. Kept in this browser only, never sent.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch { /* storage is shut: the system's theme it is */ }
})();
