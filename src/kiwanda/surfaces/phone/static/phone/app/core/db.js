// IndexedDB with promises. One database for the phone (who is logged in here), and one for each artisan with her token,
// her rows, what she did and has not been confirmed yet, her photos and her drafts. Nobody's data stands in another's.

const PHONE = "kiwanda";
const SHAPES = {
  phone: { accounts: "id", settings: null },
  own: { meta: null, rows: null, outbox: "seq", uploads: "sha", drafts: null },
};
const opened = new Map();

function open(name, shape) {
  if (!opened.has(name)) {
    const opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        for (const [store, keyPath] of Object.entries(SHAPES[shape])) {
          request.result.createObjectStore(store, keyPath ? { keyPath } : undefined);
        }
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onclose = () => opened.delete(name);
        db.onversionchange = () => (opened.delete(name), db.close());
        resolve(db);
      };
      request.onerror = () => (opened.delete(name), reject(request.error));
    });
    opened.set(name, opening);
  }
  return opened.get(name);
}

export const phoneDb = () => open(PHONE, "phone");
export const ownDb = (id) => open(`${PHONE}-${id}`, "own");

/** Forget an artisan's database. */
export async function dropOwn(id) {
  (await ownDb(id)).close();
  opened.delete(`${PHONE}-${id}`);
  await asked(indexedDB.deleteDatabase(`${PHONE}-${id}`));
}

/** The value of one IndexedDB request. */
export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function read(db, store, key) {
  return asked(db.transaction(store).objectStore(store).get(key));
}

export function readAll(db, store) {
  return asked(db.transaction(store).objectStore(store).getAll());
}

/** Run `work(store)` in one transaction that is on the disk when this resolves ("strict": a power cut loses nothing). */
export async function change(db, stores, work) {
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onerror = tx.onabort = () => reject(tx.error);
  });
  let value;
  try {
    value = await work((name) => tx.objectStore(name));
  } catch (fault) {
    ended.catch(() => {});
    try {
      tx.abort();
    } catch {
      // It has ended already.
    }
    throw tx.error || fault;
  }
  await ended;
  return value;
}

export function put(db, store, value, key) {
  return change(db, [store], (at) => void at(store).put(value, key));
}

export function remove(db, store, key) {
  return change(db, [store], (at) => void at(store).delete(key));
}
