// The control tower's behaviour: live updates, palette, shortcuts, dialogs, toasts, theme. Pages work without it.
import { drawCharts, redrawCharts } from "./charts.js";

const root = document.documentElement;
const words = root.dataset;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Announcements and toasts -------------------------------------------------------------------------------------
export function announce(text) {
  const region = one("#kw-live");
  if (region) { region.textContent = ""; setTimeout(() => { region.textContent = text; }, 60); }
}

export function toast(text, tone = "info") {
  const box = one("#kw-toasts");
  if (!box || !text) return;
  const item = document.createElement("div");
  item.className = `kw-toast kw-tone-${tone}`;
  const line = document.createElement("p");
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", words.close);
  close.textContent = "✕";
  item.append(line, close);
  box.append(item);
  announce(text);
  if (tone !== "bad") setTimeout(() => item.remove(), 8000);
}
document.addEventListener("click", (event) => event.target.closest(".kw-toast button")?.closest(".kw-toast").remove());
document.addEventListener("kw-toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));

// Live: ask for the event log's position; sections with hx-trigger="kw-changed from:body" fetch themselves -------
const EVERY = 3000;
let position = words.position || "";
let failures = 0;
function online(is) {
  const banner = one("#kw-offline");
  if (banner && banner.hidden !== is) { banner.hidden = is; announce(is ? words.backOnline : banner.textContent.trim()); }
}
async function ask() {
  if (document.hidden || !words.live) return;
  try {
    const answer = await fetch(`${words.live}?since=${encodeURIComponent(position)}`, { headers: { Accept: "text/plain" }, credentials: "same-origin" });
    if (answer.status >= 500) throw new Error(answer.status);
    failures = 0;
    online(true);
    if (answer.status !== 200) return;
    const first = position === "";
    position = (await answer.text()).trim();
    if (first) return;
    document.body.dispatchEvent(new CustomEvent("kw-changed", { bubbles: true }));
    const dot = one(".kw-live-dot");
    if (dot) { dot.dataset.state = "moved"; setTimeout(() => { dot.dataset.state = ""; }, 1000); }
  } catch {
    failures += 1;
    if (failures > 1) online(false);
  }
}
async function keepAsking() {
  await ask();
  setTimeout(keepAsking, EVERY * Math.min(1 + failures, 5));
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
keepAsking();

// htmx: refusals come as text with a 4xx; show the sentence where the action is, else as a toast -----------------
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === 403 && words.login && !answer.responseText) { location.assign(words.login); return; }
  const plain = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  toast(plain ? answer.responseText : words.failed, "bad");
});
document.addEventListener("htmx:sendError", () => online(false));
document.addEventListener("htmx:afterSettle", (event) => drawCharts(event.target.parentElement ?? document));
// A section that refreshes itself must not wipe a form somebody is filling in.
document.addEventListener("htmx:beforeRequest", (event) => {
  const place = event.detail.elt;
  if (event.detail.requestConfig?.triggeringEvent?.type !== "kw-changed") return;
  const busy = place.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  if (busy || one("dialog[open]:not(.kw-palette)", place) || one("details[data-keep][open]", place)) event.preventDefault();
});

// Dialogs: <form data-confirm="…"> asks first; [data-open="id"] and [data-close] move dialogs ---------------------
let pending = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    pending = { form, submitter: event.submitter };
    const dialog = one("#kw-confirm");
    one("[data-question]", dialog).textContent = question;
    one("[data-yes]", dialog).textContent = (event.submitter ?? one("button", form)).textContent.trim();
    dialog.showModal();
    return;
  }
  delete form.dataset.confirmed;
  if (!form.hasAttribute("hx-post") && form.method === "post") {
    // The double click: the command id makes it harmless, this makes it quiet.
    const pressed = event.submitter;
    setTimeout(() => {
      all("button[type=submit], button:not([type])", form).forEach((b) => { b.disabled = true; });
      pressed?.classList.add("kw-busy");
      pressed?.setAttribute("aria-busy", "true");
    }, 0);
  }
}, true);
addEventListener("pageshow", (event) => { if (event.persisted) all("form button[disabled]:not([data-locked])").forEach((b) => { b.disabled = false; b.classList.remove("kw-busy"); b.removeAttribute("aria-busy"); }); });
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) { event.preventDefault(); one(`#${opener.dataset.open}`)?.showModal(); }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-yes]") && pending) {
    const { form, submitter } = pending;
    one("#kw-confirm").close();
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
  }
  if (event.target.matches("dialog")) event.target.close();
  all("details.kw-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// The inspection form: what is not sent back or rejected is accepted.
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-inspect]");
  if (!form) return;
  const bad = ["rework", "rejected"].reduce((sum, name) => sum + (Number.parseInt(form.elements[name].value, 10) || 0), 0);
  one("[data-accepted]", form).textContent = String(Math.max(0, Number(form.dataset.inspect) - bad));
});

// Drawer on phones ------------------------------------------------------------------------------------------------
const rail = one("#kw-rail");
function drawer(open) {
  if (!rail) return;
  rail.toggleAttribute("data-open", open);
  one("#kw-scrim").hidden = !open;
  all("[data-drawer]").forEach((button) => button.setAttribute("aria-expanded", String(open)));
  (open ? one("a", one(".kw-nav", rail)) : one(".kw-bottom [data-drawer]"))?.focus();
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drawer]")) drawer(!rail.hasAttribute("data-open"));
  else if (event.target.id === "kw-scrim") drawer(false);
});

// Theme -----------------------------------------------------------------------------------------------------------
function theme(choice) {
  try { if (choice === "system") localStorage.removeItem("kiwanda-theme"); else localStorage.setItem("kiwanda-theme", choice); } catch { /* not kept, still shown */ }
  if (choice === "system") delete root.dataset.theme; else root.dataset.theme = choice;
  markTheme();
  redrawCharts();
}
function markTheme() {
  const now = root.dataset.theme || "system";
  all("[data-theme-choice]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now)));
}
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (choice) theme(choice);
  const language = event.target.closest("[data-language]")?.dataset.language;
  if (language) {
    document.cookie = `kiwanda_language=${language}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  }
});
markTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);

// Palette: pages from the rail, records from the server -----------------------------------------------------------
const palette = one("#kw-palette");
const finder = palette && one("input", palette);
const list = palette && one("ul", palette);
const pages = all(".kw-nav a[href]").map((link) => ({ label: link.dataset.label || link.textContent.trim(), url: link.href, hint: link.dataset.keys || "" }));
let chosen = 0;
let asked = 0;
function show(entries) {
  list.replaceChildren(...entries.map((entry, index) => {
    const item = document.createElement("li");
    item.id = `kw-found-${index}`;
    item.setAttribute("role", "option");
    item.dataset.url = entry.url;
    item.append(entry.label);
    const hint = document.createElement("small");
    hint.textContent = entry.hint || "";
    item.append(hint);
    return item;
  }));
  choose(0);
  one("[data-nothing]", palette).hidden = entries.length > 0;
}
function choose(index) {
  const items = all("li", list);
  chosen = items.length ? (index + items.length) % items.length : 0;
  items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
  finder.setAttribute("aria-activedescendant", items[chosen]?.id ?? "");
  items[chosen]?.scrollIntoView({ block: "nearest" });
}
async function find() {
  const query = finder.value.trim();
  const near = pages.filter((page) => page.label.toLowerCase().includes(query.toLowerCase()));
  show(near);
  if (query.length < 2 || !words.search) return;
  const turn = ++asked;
  try {
    const answer = await fetch(`${words.search}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
    if (answer.ok && turn === asked) show([...(await answer.json()).results, ...near]);
  } catch { /* the pages are still there */ }
}
function openPalette() { if (palette && !palette.open) { finder.value = ""; palette.showModal(); find(); finder.focus(); } }
if (palette) {
  let timer = 0;
  finder.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 120); });
  finder.addEventListener("keydown", (event) => {
    // A search field would swallow the first Escape to clear itself.
    if (event.key === "Escape") { event.preventDefault(); palette.close(); }
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    if (event.key === "Enter") { event.preventDefault(); const item = all("li", list)[chosen]; if (item) location.assign(item.dataset.url); }
  });
  list.addEventListener("click", (event) => { const item = event.target.closest("li"); if (item) location.assign(item.dataset.url); });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) openPalette(); });
}

// Shortcuts: "/", Ctrl-K, "?", and g followed by a letter from the rail's data-keys -------------------------------
let leader = 0;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  if (event.key === "Escape") { all("details.kw-menu[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); }); if (rail?.hasAttribute("data-open")) drawer(false); }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) return;
  if (event.key === "/") { event.preventDefault(); openPalette(); return; }
  if (event.key === "?") { event.preventDefault(); one("#kw-help")?.showModal(); return; }
  if (event.key === "g") { leader = Date.now(); return; }
  if (leader && Date.now() - leader < 1500) {
    const link = all(".kw-nav a[data-keys]").find((entry) => entry.dataset.keys === `g ${event.key}`);
    if (link) { event.preventDefault(); location.assign(link.href); }
  }
  leader = 0;
});

drawCharts();
