// What a script can add to pages that work without one: keys, theme, copying, receipts in place.
(() => {
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);

  // Theme
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const button = $(".theme");
  const name = () => { if (button) button.textContent = isDark() ? "Light" : "Dark"; };
  name();
  dark.addEventListener("change", name);
  button?.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* for this page only */ }
    name();
  });

  // Menus close when the reader looks elsewhere
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

  // A paper that is on its way: look for it again
  const again = $("[data-again]");
  if (again) setTimeout(() => location.reload(), 1000 * again.dataset.again);

  // Mail comes by the reader's own clocks, unless another zone was chosen
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const list of document.querySelectorAll("select[data-guess]")) {
    if (!zone || !list.options[0].selected) continue;
    if (![...list.options].some((one) => one.value === zone)) list.add(new Option(zone.replaceAll("_", " "), zone), 0);
    list.value = zone;
  }

  // Copying
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const said = $("[role=status]", copy.parentElement);
    const source = document.getElementById(copy.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      said.textContent = "Selected: copy it with your keyboard.";
    }
  });

  // Receipts: a second click on "why here?" puts the sum away; a failed one follows the link
  const slotOf = (link) => link.closest(".paper")?.querySelector(".slot");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.why[hx-get]");
    const slot = link && slotOf(link);
    if (!slot?.childElementCount || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    slot.replaceChildren();
    link.setAttribute("aria-expanded", "false");
  }, true);
  document.addEventListener("htmx:after:swap", () => {
    for (const link of document.querySelectorAll("a.why[hx-get]")) {
      link.setAttribute("aria-expanded", String(Boolean(slotOf(link)?.childElementCount)));
    }
  });
  const follow = (event) => {
    const link = event.detail?.ctx?.sourceElement;
    if (link?.matches?.("a.why")) location.assign(link.href);
  };
  document.addEventListener("htmx:error", follow);
  document.addEventListener("htmx:response:error", follow);

  // Keys
  const help = document.getElementById("keys-help");
  // The browser gives the focus back to what had it; where nothing had, the text takes it
  help?.addEventListener("close", () => {
    const lost = document.activeElement === document.body || help.contains(document.activeElement);
    if (lost) document.getElementById("main").focus({ preventScroll: true });
  });
  const papers = () => [...document.querySelectorAll(".paper")];
  let here = -1;
  const go = (step) => {
    const all = papers();
    if (!all.length) return;
    const focused = all.indexOf(document.activeElement?.closest?.(".paper"));
    here = Math.min(Math.max((focused < 0 ? here : focused) + step, 0), all.length - 1);
    for (const paper of all) paper.classList.toggle("here", paper === all[here]);
    $(".head a", all[here]).focus({ preventScroll: true });
    all[here].scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const paper = papers()[here];
    if (paper) $(".head a", paper).click();
  };
  const search = () => { const field = document.getElementById("q"); field.focus(); field.select(); };
  const keys = { j: () => go(1), k: () => go(-1), o: open, "/": search, "?": () => help?.showModal() };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; $("summary", menu).focus(); }
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
