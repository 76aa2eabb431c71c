// One round trip: what she did goes up, what changed comes down. Safe to be killed at any point and to be repeated.
import { change, ownDb, read, readAll } from "./db.js";
import { accounts } from "./accounts.js";
import { sendPhotos } from "./files.js";
import { Failure, VERSION, talk } from "./http.js";

const MOST = 50;
const ROUNDS = 40;

/** Sync one account, never twice at the same time in any tab or worker. Returns {ok, why, changed}. */
export function sync(id) {
  const run = () => rounds(id);
  return self.navigator.locks ? navigator.locks.request(`kiwanda-sync-${id}`, run) : run();
}

/** Sync everybody on this phone who has something to send; with `all`, everybody. */
export async function syncAll(all = false) {
  let left = 0;
  for (const account of await accounts()) {
    const db = await ownDb(account.id);
    const waiting = (await readAll(db, "outbox")).some((one) => one.s === "waiting") || (await readAll(db, "uploads")).length;
    if (!waiting && !all) continue;
    const done = await sync(account.id);
    if (!done.ok && done.why !== "revoked") left++;
  }
  return left;
}

async function rounds(id) {
  const db = await ownDb(id);
  const done = { ok: false, why: "", changed: false };
  try {
    const [token, device, language] = await Promise.all(["token", "device", "language"].map((key) => read(db, "meta", key)));
    if (!token) throw new Failure("revoked");
    const sent = new Set();
    for (let round = 0; round < ROUNDS; round++) {
      const again = await once(db, { token, device, language }, sent, done);
      if (!again) break;
    }
    if (await sendPhotos(db, token)) {
      done.changed = true;
      // What was held for its photo may be carried out now.
      if (await anyWaiting(db)) await once(db, { token, device, language }, new Set(), done);
    }
    done.ok = true;
    await change(db, ["meta"], (at) => (at("meta").put(Date.now(), "synced"), at("meta").delete("revoked")));
  } catch (fault) {
    if (!(fault instanceof Failure)) throw fault;
    done.why = fault.why;
    done.wait = fault.wait;
    if (fault.why === "revoked") await change(db, ["meta"], (at) => void at("meta").put(true, "revoked"));
  }
  return done;
}

async function anyWaiting(db) {
  return (await readAll(db, "outbox")).some((one) => one.s === "waiting");
}

/** One request and what its answer says, kept in one transaction. True when another round is wanted. */
async function once(db, { token, device, language }, sent, done) {
  const [cur, outbox] = await Promise.all([read(db, "meta", "cur"), readAll(db, "outbox")]);
  const waiting = outbox.filter((one) => one.s === "waiting" && !sent.has(one.id));
  const batch = waiting.slice(0, MOST);
  const cmds = batch.map(({ id, seq, type, base, at, args }) => ({ id, seq, type, base, at, args }));
  const askedAt = Date.now();
  const answer = await talk("/m/v1/sync", {
    token,
    language,
    body: { dev: device, ver: VERSION, cur: cur || 0, at: askedAt, cmds },
  });
  for (const one of batch) sent.add(one.id);
  // Before the rows are dropped, everything that waits is sent: this answer's rows are asked for again afterwards.
  const later = answer.reset && waiting.length > batch.length;
  await change(db, ["meta", "rows", "outbox"], async (at) => {
    for (const result of answer.res || []) settle(at("outbox"), batch.find((one) => one.id === result.id), result);
    at("meta").put(answer.now - Math.round((askedAt + Date.now()) / 2), "offset");
    if (later) return;
    const rows = at("rows");
    if (answer.reset) rows.clear();
    for (const row of answer.ch || []) {
      const key = `${row.k} ${row.id}`;
      if (row.d === null || row.d === undefined) rows.delete(key);
      else rows.put(row, key);
    }
    at("meta").put(answer.cur, "cur");
    const me = (answer.ch || []).find((row) => row.k === "me" && row.d);
    if (me) at("meta").put(me.d.language, "language");
  });
  done.changed ||= Boolean(answer.reset || answer.res?.length || answer.ch?.length);
  return answer.more || later || waiting.length > batch.length;
}

function settle(store, command, result) {
  if (!command || result.s === "held") return;
  // Sent once already from a log-in that is no more: its effect is among the rows.
  const repeated = command.moved && result.code === "id_reuse";
  if (result.s === "ok" || repeated) store.delete(command.seq);
  else store.put({ ...command, s: "rejected", code: result.code, m: result.m });
}
