// Voice prompts: fetched when first asked for, kept afterwards. One speaks at a time.
import { spoken } from "../words.js";

const FOLDER = "/static/phone/voice";
let speaking = null;

/** Say the prompt `key` in her language; again to stop. True when there is one. */
export async function say(key) {
  if (speaking?.key === key) return hush();
  hush();
  return play(key, `${FOLDER}/${spoken()}/${key}.opus`);
}

export function hush() {
  if (speaking) speaking.audio.pause();
  speaking = null;
  return true;
}

async function play(key, path) {
  try {
    const cache = await caches.open("kw-voice");
    let response = await cache.match(path);
    if (!response) {
      response = await fetch(path, { credentials: "omit" });
      if (!response.ok || !/^(audio|application\/ogg)/.test(response.headers.get("Content-Type"))) return false;
      await cache.put(path, response.clone()).catch(() => {});
    }
    const audio = new Audio(URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: "audio/ogg" })));
    speaking = { key, audio };
    audio.onended = () => (URL.revokeObjectURL(audio.src), speaking?.audio === audio && (speaking = null));
    await audio.play();
    return true;
  } catch {
    return false;
  }
}
