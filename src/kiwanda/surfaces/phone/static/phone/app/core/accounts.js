// Who uses this phone. The list holds what the picker shows; everything else of a person stands in her own database.
import { asked, change, dropOwn, ownDb, phoneDb, put, read, readAll } from "./db.js";

/** Tiles tell people apart who do not read: a colour and a shape each. */
export const TILES = 8;

export async function accounts() {
  const list = await readAll(await phoneDb(), "accounts");
  return list.sort((a, b) => b.used - a.used);
}

export async function setting(name, value) {
  const db = await phoneDb();
  return value === undefined ? read(db, "settings", name) : put(db, "settings", value, name);
}

/** Keep a fresh log-in. Things she did before a lost log-in are kept and counted anew for the new device. */
export async function keep(given) {
  const db = await ownDb(given.artisan);
  await change(db, ["meta", "outbox"], async (at) => {
    const meta = at("meta");
    const outbox = at("outbox");
    const waiting = (await asked(outbox.getAll())).filter((one) => one.s === "waiting");
    outbox.clear();
    let seq = 0;
    for (const one of waiting) outbox.put({ ...one, seq: ++seq, moved: true });
    meta.put(seq, "seq");
    meta.put(0, "cur");
    meta.put(given.token, "token");
    meta.put(given.device, "device");
    meta.put(given.language, "language");
    meta.put(Boolean(given.pin), "pin_known");
    meta.delete("revoked");
  });
  const shared = await phoneDb();
  const before = await read(shared, "accounts", given.artisan);
  const taken = (await accounts()).map((one) => one.tile);
  const free = [...Array(TILES).keys()].find((tile) => !taken.includes(tile)) ?? taken.length % TILES;
  const account = {
    id: given.artisan, name: given.name, workshop: given.workshop, used: Date.now(), tile: before?.tile ?? free,
  };
  await put(shared, "accounts", account);
  return account;
}

export async function touch(account) {
  await put(await phoneDb(), "accounts", { ...account, used: Date.now() });
}

/** Take somebody off this phone with everything of hers. */
export async function forget(id) {
  await change(await phoneDb(), ["accounts"], (at) => void at("accounts").delete(id));
  await dropOwn(id);
  if (self.caches) await caches.delete(`kw-pictures-${id}`);
}
