// What the screens show, read from the phone's databases; and the one way in which something is done.
import { accounts, setting, touch } from "./core/accounts.js";
import { ownDb, put, read, readAll } from "./core/db.js";
import { drop, write } from "./core/outbox.js";
import { sync } from "./core/sync.js";
import { learnWords, spoken, t } from "./words.js";

export const state = {
  accounts: [],
  account: null,
  locked: false,
  rows: new Map(),
  outbox: [],
  uploads: [],
  drafts: new Map(),
  meta: {},
  net: "",
  syncing: false,
  said: "",
  fault: "",
};

let paint = () => {};
export const onDraw = (how) => (paint = how);
export const draw = () => paint();

export const go = (path) => {
  if (location.hash === `#${path}`) draw();
  else location.hash = path;
};
export const route = () => (location.hash.slice(1) || "/").split("?")[0];

/** The server's time as well as this phone can tell it. */
export const now = () => Date.now() + (state.meta.offset || 0);

export const row = (k, id) => state.rows.get(`${k} ${id}`);
export const list = (k) => [...state.rows.values()].filter((one) => one.k === k);
export const me = () => list("me")[0]?.d || {};
export const can = () => list("can")[0]?.d || {};

/** Commands about a thing that have no answer yet. */
export function pending(id, ...types) {
  return state.outbox.filter(
    (one) => one.s === "waiting" && (!types.length || types.includes(one.type)) && Object.values(one.args).flat().includes(id),
  );
}
export const unread = () => list("msg").filter((one) => !one.d.read && !pending(one.id).length);
export const refused = () => state.outbox.filter((one) => one.s === "rejected");
export const unsent = () => state.outbox.filter((one) => one.s === "waiting");

/** Read everything of the account that is open. */
export async function load() {
  state.accounts = await accounts();
  if (state.account) {
    const db = await ownDb(state.account.id);
    const [rows, outbox, uploads, drafts, meta] = await Promise.all([
      readAll(db, "rows"),
      readAll(db, "outbox"),
      readAll(db, "uploads"),
      readAll(db, "drafts"),
      Promise.all(["offset", "synced", "revoked", "lock", "language", "pin_known", "no_lock"].map(async (key) => [key, await read(db, "meta", key)])),
    ]);
    state.rows = new Map(rows.map((one) => [`${one.k} ${one.id}`, one]));
    state.drafts = new Map(drafts.map((one) => [one.path, one]));
    Object.assign(state, { outbox, uploads, meta: Object.fromEntries(meta) });
    if (state.meta.language && state.meta.language !== spoken()) await speak(state.meta.language);
  } else {
    Object.assign(state, { rows: new Map(), outbox: [], uploads: [], drafts: new Map(), meta: {} });
  }
  draw();
}

/** Another language for this phone. The service worker wakes up with its words too. */
export async function speak(language) {
  try {
    const words = await learnWords(language);
    const push = Object.fromEntries(Object.keys(words).filter((key) => key.startsWith("push_")).map((key) => [key.slice(5), words[key]]));
    await setting("languages", [...new Set([language, ...((await setting("languages")) || [])])]);
    await setting("language", language);
    await setting("push", push);
  } catch {
    state.said = t("no_net");
  }
}

/** Open an account; its screens show at once what the phone knows, the network may say more afterwards. */
export async function enter(account) {
  state.account = account;
  state.locked = false;
  await touch(account);
  await load();
  refresh();
}

/** Nobody is open any more: the picker, or the log-in. */
export async function leave() {
  state.account = null;
  state.said = "";
  await load();
  go("/");
}

let wanted = false;

/** One sync, and one more when somebody asked meanwhile. */
export async function refresh() {
  if (!state.account) return;
  if (state.syncing) {
    wanted = true;
    return;
  }
  state.syncing = true;
  draw();
  const { account } = state;
  try {
    do {
      wanted = false;
      const done = await sync(account.id);
      state.net = done.ok ? "" : done.why;
      if (done.why === "old") renew();
    } while (wanted && state.account === account);
  } catch (fault) {
    state.net = full(fault) ? "full" : "broken";
    console.warn(fault);
  }
  state.syncing = false;
  if (state.account === account) await load();
  if (state.net && state.net !== "revoked") later();
}

/** The network is asked for when it comes back, even if this page is closed by then. */
export async function later() {
  try {
    const worker = await navigator.serviceWorker.ready;
    await worker.sync.register("kiwanda");
  } catch {
    // No Background Sync here: opening the app and `online` do it.
  }
}

/** The server speaks a newer language than this app: fetch the new one, at most once an hour. */
async function renew() {
  const last = Number(sessionStorage.getItem("renewed")) || 0;
  if (Math.abs(Date.now() - last) < 3600e3) return;
  sessionStorage.setItem("renewed", Date.now());
  await (await navigator.serviceWorker.getRegistration())?.update().catch(() => {});
  for (const name of await caches.keys()) if (name.startsWith("kw-shell-")) await caches.delete(name);
  location.reload();
}

export const full = (fault) => fault?.name === "QuotaExceededError";

/** Do something: it is on the disk before the screen says so, and on its way right after. False when it could not be kept. */
export async function act(type, args, { then = "/", said = t("written"), ...options } = {}) {
  const db = await ownDb(state.account.id);
  const keep = () => write(db, type, args, options);
  try {
    await keep().catch(async (fault) => {
      if (!full(fault)) throw fault;
      // Pictures and voices can be had again.
      for (const name of await caches.keys()) if (!name.startsWith("kw-shell-")) await caches.delete(name);
      await keep();
    });
  } catch (fault) {
    state.fault = t(full(fault) ? "phone_full" : "not_kept");
    draw();
    return false;
  }
  state.said = said;
  state.fault = "";
  if (navigator.vibrate) navigator.vibrate(30);
  await load();
  if (then) go(then);
  later();
  refresh();
  return true;
}

/** What a form holds, kept before the camera opens: a weak phone may end this page while it is open. */
export async function keepDraft(draft) {
  const db = await ownDb(state.account.id);
  state.drafts.set(draft.path, draft);
  await put(db, "drafts", { ...draft, at: Date.now() }, draft.path);
}

/** She has read why something was refused. */
export async function dropCommand(seq) {
  await drop(await ownDb(state.account.id), seq);
  await load();
}
