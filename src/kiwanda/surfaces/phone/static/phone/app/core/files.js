// Photos by tus 1.0.0, sixteen kilobytes at a time, each with its checksum; an upload goes on where it was cut off.
import { put, readAll, remove } from "./db.js";
import { Failure, reach } from "./http.js";
import { hash, toBase64 } from "./ids.js";

const CHUNK = 16384;
const DOOR = "/m/v1/files";
const TUS = { "Tus-Resumable": "1.0.0" };
/** A chunk that arrives broken this often is a line to be left alone for now. */
const TRIES = 5;

/** Send every photo that waits. Returns how many went; a refused one is dropped, it would be refused for ever. */
export async function sendPhotos(db, token) {
  let sent = 0;
  for (const photo of await readAll(db, "uploads")) {
    try {
      await sendPhoto(db, token, photo);
      sent++;
    } catch (fault) {
      if (fault.why !== "refused") throw fault;
    }
    await remove(db, "uploads", photo.sha);
  }
  return sent;
}

async function sendPhoto(db, token, photo) {
  const bytes = new Uint8Array(photo.bytes);
  let place = photo.place;
  let offset = place ? await reached(place, token) : -1;
  if (offset < 0) {
    const sha = btoa(photo.sha);
    const made = await ask(DOOR, token, "POST", { "Upload-Length": String(bytes.length), "Upload-Metadata": `sha256 ${sha}` });
    if (made.status === 200) return;
    if (made.status !== 201) throw failure(made);
    place = new URL(made.headers.get("Location"), location.origin).pathname;
    offset = Number(made.headers.get("Upload-Offset")) || 0;
    await put(db, "uploads", { ...photo, place });
  }
  let tries = 0;
  while (offset < bytes.length) {
    const answer = await patch(place, token, offset, bytes.subarray(offset, offset + CHUNK));
    if (answer.status === 204 || answer.status === 200) {
      offset = Number(answer.headers.get("Upload-Offset"));
      tries = 0;
    } else if ((answer.status === 409 || answer.status === 460) && ++tries < TRIES) {
      offset = await reached(place, token);
      if (offset < 0) throw new Failure("offline");
    } else if (answer.status === 404 || answer.status === 410) {
      await put(db, "uploads", { ...photo, place: undefined });
      throw new Failure("offline");
    } else {
      throw failure(answer);
    }
  }
}

/** How many bytes are there already; -1 when the upload is not known any more. */
async function reached(place, token) {
  const answer = await ask(place, token, "HEAD");
  return answer.ok ? Number(answer.headers.get("Upload-Offset")) || 0 : -1;
}

async function patch(place, token, offset, chunk) {
  const headers = {
    "Content-Type": "application/offset+octet-stream",
    "Upload-Offset": String(offset),
    "Upload-Checksum": `sha256 ${toBase64(await hash(chunk))}`,
  };
  let answer;
  try {
    answer = await ask(place, token, "PATCH", headers, chunk);
    if (answer.status !== 405 && answer.status !== 501) return answer;
  } catch (fault) {
    if (fault.why !== "stranger") throw fault;
  }
  // A proxy on the way does not know PATCH.
  return ask(place, token, "POST", { ...headers, "X-HTTP-Method-Override": "PATCH" }, chunk);
}

function ask(path, token, method, headers = {}, body) {
  return reach(path, { token, method, body, headers: { ...TUS, ...headers } });
}

function failure(answer) {
  const refused = [400, 413, 415].includes(answer.status);
  return new Failure(refused ? "refused" : answer.status === 401 ? "revoked" : "busy", answer.status);
}
