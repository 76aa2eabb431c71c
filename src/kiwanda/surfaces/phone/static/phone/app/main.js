// The app: opens what is on the phone, then asks the network. Every address behind # is one screen.
import { h, html, render } from "htm/preact";
import { setting } from "./core/accounts.js";
import { hush } from "./parts/voice.js";
import { clearNotes } from "./parts/screen.js";
import { go, leave, load, onDraw, refresh, route, speak, state } from "./state.js";
import { learnWords, spoken, t } from "./words.js";
import { Feed } from "./screens/feed.js";
import { Lock, Login, Picker, open } from "./screens/login.js";
import { Offer, Decline } from "./screens/offer.js";
import { HandIn, Progress, Work } from "./screens/work.js";
import { Missing } from "./parts/screen.js";

const HIDDEN_MS = 120000;
const DRAFT_MS = 30 * 60000;
/** The screens of every day; those of some days come in a file of their own (more.js), right after. */
const SCREENS = {
  "": () => h(Feed),
  offer: (id, part) => (part && part !== "no" ? null : h(part ? Decline : Offer, { id })),
  work: (id) => h(Work, { id }),
  progress: (id) => h(Progress, { id }),
  hand: (id) => h(HandIn, { id }),
  again: () => h(Login),
};

function App() {
  const path = route();
  const [, name, ...parts] = path.split("/");
  if (!state.account) return state.accounts.length && name !== "login" && name !== "again" ? h(Picker) : h(Login);
  if (state.locked) return h(Lock);
  const lockless = name !== "again" && state.accounts.length > 1 && !state.meta.lock && !state.meta.no_lock;
  return h("div", { key: lockless ? "pin" : path }, lockless ? show("first", []) : show(name, parts.map(decodeURIComponent)));
}

function show(name, parts) {
  const screen = SCREENS[name]?.(...parts) || self.$kw["more.js"]?.SCREENS[name]?.(...parts);
  return screen || (self.$kw["more.js"] ? h(Feed) : h(Missing));
}

/** The other screens, as soon as the first ones are shown. Without them and without a network, their place says so. */
function fetchMore() {
  const script = document.createElement("script");
  script.src = document.documentElement.dataset.more;
  script.onload = paint;
  document.head.append(script);
}

/** A new version took over: it is shown when she comes back to the list, never in the middle of a form. */
let renewed = false;

let saidAt = 0;
let lastSaid = "";

function paint() {
  if (state.said !== lastSaid) {
    lastSaid = state.said;
    saidAt = performance.now();
  }
  render(html`<${App} />`, document.getElementById("app"));
  if (!settled && state.accounts.length) settle();
}

let hiddenAt = 0;

/** The form she was in when the camera took the phone's memory. */
function unfinished() {
  const found = [...state.drafts.values()].filter((one) => Math.abs(Date.now() - one.at) < DRAFT_MS).sort((a, b) => b.at - a.at)[0];
  return found?.path;
}

/** What happens around the app: the way back, the screen going dark, the network coming back. */
function listen() {
  addEventListener("hashchange", () => {
    hush();
    if (route() === "/pick" && state.account) return leave();
    if (renewed && route() === "/") return location.reload();
    // A sentence about what was done stays for the screen it leads to, no longer.
    if (state.said && performance.now() - saidAt > 500) clearNotes();
    paint();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (state.account && state.meta.lock && Math.abs(Date.now() - hiddenAt) > HIDDEN_MS) {
      state.locked = true;
      paint();
    } else refresh();
  });
  addEventListener("online", () => refresh());
}

async function register() {
  const first = !navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => (renewed = !first));
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.go) location.href = data.go;
    if (data.synced) load();
  });
  await navigator.serviceWorker.register("/m/app/sw.js", { scope: "/m/app" });
}

async function start() {
  onDraw(paint);
  listen();
  const language = (await setting("language")) || document.documentElement.lang;
  await learnWords(language).catch(() => learnWords(language === "sw" ? "en" : "sw"));
  if (!(await setting("language"))) await speak(spoken());
  await load();
  const [only, another] = state.accounts;
  if (only && !another) await open(only);
  if (state.account && !state.locked && route() === "/" && unfinished()) go(unfinished());
  paint();
  document.documentElement.dataset.ready = "yes";
}

/** Everything else comes once somebody is here: until then a slow line carries the log-in alone. */
let settled = false;

function settle() {
  settled = true;
  fetchMore();
  // Without it (a private window, no place left) the app works as long as it is open.
  register().catch((fault) => console.warn(fault));
}

// The service worker takes this same file for what it shares with the page; it has no document.
if (!self.document) self.KIWANDA = true;
else if (!navigator.serviceWorker || !self.indexedDB || !crypto.subtle) location.replace("/m/");
else start().catch((fault) => {
  document.querySelector("#app p").textContent = t("not_kept");
  throw fault;
});
