// What she did, written down before anything is sent. A command is never changed and leaves only when the server has
// answered it, or when she drops one that was refused.
import { asked, change, readAll } from "./db.js";
import { newId } from "./ids.js";

/** Write a command down, with its photo and instead of its draft, in one transaction. Resolves when it is on the disk. */
export async function write(db, type, args, { base = 0, photo, draft } = {}) {
  const command = { id: newId(), type, base, at: Date.now(), args, s: "waiting" };
  if (photo) command.args = { ...args, photo: photo.sha };
  await change(db, ["meta", "outbox", "uploads", "drafts"], async (at) => {
    const seq = ((await asked(at("meta").get("seq"))) || 0) + 1;
    at("meta").put(seq, "seq");
    at("outbox").put({ ...command, seq });
    if (photo) at("uploads").put({ ...photo, at: command.at });
    if (draft) at("drafts").delete(draft);
  });
  return command;
}

export function outbox(db) {
  return readAll(db, "outbox");
}

/** She has read why it was refused. */
export function drop(db, seq) {
  return change(db, ["outbox"], (at) => void at("outbox").delete(seq));
}
