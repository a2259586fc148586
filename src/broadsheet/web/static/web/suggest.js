// How a question may go on, below the search box: a combobox after the WAI-ARIA pattern. Without
// this script, or without an answer, the box is the plain field it was.
(() => {
  const field = document.getElementById("q");
  const form = field?.form;
  if (!form || !window.fetch) return;
  const PAUSE_MS = 90, LEAST = 2, LONGEST = 200;
  const kinds = { title: "paper", author: "author", category: "category", phrase: "phrase" };
  const make = (name, attributes) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const list = make("ul", { id: "suggestions", class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: "" });
  const said = make("span", { class: "hush", role: "status" });
  form.append(list, said);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions", "aria-haspopup": "listbox" })) field.setAttribute(key, value);

  let at = -1, timer = 0, asking = null, asked = "";
  const options = () => [...list.children];
  const stop = () => {
    clearTimeout(timer);
    asking?.abort();
    asked = "";
  };
  const choose = (place) => {
    const all = options();
    at = all.length ? (place + all.length + 1) % (all.length + 1) : -1;
    if (at === all.length) at = -1; // after the last and before the first: the field itself
    for (const option of all) option.setAttribute("aria-selected", String(option === all[at]));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }
  };
  const move = (place) => {
    stop(); // a late answer takes no choice away
    choose(place);
  };
  const close = () => {
    stop();
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    said.textContent = "";
    choose(-1);
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, place) => {
      const option = make("li", { id: `suggestion-${place}`, role: "option", "aria-selected": "false", "data-url": one.url });
      const text = make("span", { dir: "auto" });
      text.textContent = one.text;
      const kind = make("small", {});
      kind.textContent = kinds[one.kind] ?? "";
      option.append(text, " ", kind);
      return option;
    }));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(Boolean(found.length)));
    said.textContent = found.length ? `${found.length} suggestion${found.length > 1 ? "s" : ""}, use the arrow keys` : "";
    choose(-1);
  };
  const ask = async () => {
    const typed = field.value;
    if (typed.trim().length < LEAST || typed.length > LONGEST) return close();
    if (typed === asked) return;
    asked = typed;
    asking?.abort();
    asking = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`/api/suggest?${query}`, { signal: asking.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (field.value === typed && document.activeElement === field) show(found);
    } catch { /* asked anew, or no answer: what is shown stays */ }
  };
  const go = (option) => { if (option) location.assign(option.dataset.url); };

  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && !event.altKey) { asked = ""; ask(); event.preventDefault(); }
      return;
    }
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at < 0 ? options().length - 1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) go(options()[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  addEventListener("pageshow", close);
})();
