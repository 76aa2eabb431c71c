// Four digits that keep other eyes away while there is no network. Privacy, not security: the server asks again for money.
import { change, ownDb, put, read } from "../core/db.js";
import { hash, toHex } from "../core/ids.js";

const TRIES = 5;
const PAUSE_MS = 30000;
const ROUNDS = 200;

async function stretched(pin, salt) {
  let bytes = new TextEncoder().encode(`${salt}:${pin}`);
  for (let round = 0; round < ROUNDS; round++) bytes = await hash(bytes);
  return toHex(bytes);
}

export async function setLock(id, pin) {
  const salt = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const lock = { salt, hash: await stretched(pin, salt), tries: 0, until: 0 };
  await put(await ownDb(id), "meta", lock, "lock");
}

/** "" when it opens, otherwise "wrong" or "wait". */
export async function unlock(id, pin) {
  const db = await ownDb(id);
  const lock = await read(db, "meta", "lock");
  if (!lock) return "";
  if (Date.now() < lock.until && lock.until - Date.now() <= PAUSE_MS) return "wait";
  const right = lock.hash === (await stretched(pin, lock.salt));
  const tries = right ? 0 : lock.tries + 1;
  const until = tries >= TRIES ? Date.now() + PAUSE_MS : 0;
  await change(db, ["meta"], (at) => void at("meta").put({ ...lock, tries: until ? 0 : tries, until }, "lock"));
  return right ? "" : until ? "wait" : "wrong";
}
