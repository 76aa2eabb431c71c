// Pictures are asked for with her token and kept in a cache of her own: nobody else on this phone sees them.
import { html, useEffect, useState } from "htm/preact";
import { ownDb, read } from "../core/db.js";
import { state } from "../state.js";

const MOST = 200;

async function address(sha, width) {
  const shelf = await caches.open(`kw-pictures-${state.account.id}`);
  const path = `/pictures/${sha}?w=${width}`;
  let response = await shelf.match(path);
  let bytes;
  if (response) bytes = await response.arrayBuffer();
  else {
    const token = await read(await ownDb(state.account.id), "meta", "token");
    response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
    if (!response.ok || !response.headers.get("Content-Type")?.startsWith("image/")) throw new Error("no picture");
    bytes = await response.arrayBuffer();
    const kept = await shelf.keys();
    if (kept.length >= MOST) await Promise.all(kept.slice(0, MOST / 4).map((one) => shelf.delete(one)));
    const type = response.headers.get("Content-Type");
    await shelf.put(path, new Response(bytes, { headers: { "Content-Type": type } })).catch(() => {});
  }
  return URL.createObjectURL(new Blob([bytes], { type: response.headers.get("Content-Type") }));
}

/** A picture by its hash. While it is not here (or never will be) its place is kept. */
export function Picture({ sha, width = 160, big, alt = "" }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    let alive = true;
    let made = "";
    if (sha) {
      address(sha, width).then(
        (found) => (alive ? setUrl((made = found)) : URL.revokeObjectURL(found)),
        () => {},
      );
    }
    return () => ((alive = false), made && URL.revokeObjectURL(made));
  }, [sha, width]);
  const shape = big ? "pic big" : "pic";
  return url ? html`<img class=${shape} src=${url} alt=${alt} />` : html`<span class="${shape} none" role="img" aria-label=${alt}></span>`;
}
