// The service worker: keeps the app on the phone, sends what waits when the network comes back, wakes up for a push.
import { setting } from "./core/accounts.js";
import { syncAll } from "./core/sync.js";

const CACHE = `kw-shell-${KW.cache}`;

/** Into the cache, and only if it is ours: a captive portal would answer 200 with a page of its own. */
async function keep(cache, path, needed = true) {
  const response = await fetch(path);
  if (response.ok && (response.headers.get("X-Kiwanda") || !needed)) return cache.put(path, response);
  if (needed) throw new Error(`${path} is not ours`);
}

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    const languages = (await setting("languages")) || ["sw"];
    await Promise.all([KW.page, KW.app, KW.more, ...languages.map((one) => KW.words[one])].map((path) => keep(cache, path)));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("kw-shell-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const page = request.mode === "navigate" && pathname === KW.page;
  const words = Object.values(KW.words).includes(pathname);
  if (page || words || pathname === KW.app || pathname === KW.more) {
    event.respondWith(kept(pathname, request, words));
  }
});

/** From the phone; otherwise from the network, and a catalogue that was asked for once stays. */
async function kept(path, request, add) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(path);
  if (found) return found;
  const response = await fetch(request);
  if (add && response.ok && response.headers.get("X-Kiwanda")) await cache.put(path, response.clone());
  return response;
}

self.addEventListener("sync", (event) => {
  if (event.tag === "kiwanda") event.waitUntil(sendAll());
});

/** A rejected promise makes the browser try again later. */
async function sendAll() {
  const left = await syncAll();
  await tell({ synced: true });
  if (left) throw new Error("something is left");
}

async function tell(message) {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // A wake-up without words is one all the same.
  }
  event.waitUntil(wake(told));
});

/** Show a line without any content of hers: who lies beside the phone may read it too. */
async function wake({ type, id }) {
  const words = (await setting("push")) || { other: "Kiwanda: kuna habari mpya" };
  const where = { offer: "offer", work: "work", in: "in", act: "act", msg: "messages", pay: "pay", line: "pay" }[type];
  await self.registration.showNotification("Kiwanda", {
    body: words[type] || words.other,
    icon: KW.icon,
    badge: KW.icon,
    tag: `${type || "news"} ${id || ""}`,
    data: { path: where ? `${KW.page}#/${where}${["offer", "work", "in", "act"].includes(where) ? `/${id}` : ""}` : KW.page },
  });
  await syncAll(true).catch(() => {});
  await tell({ synced: true });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.path));
});

async function show(path) {
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) return self.clients.openWindow(path);
  await window.focus();
  window.postMessage({ go: path });
}
