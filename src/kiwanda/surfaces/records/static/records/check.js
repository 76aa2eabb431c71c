// Proves a signed history (SD-JWT, RFC 9901, ES256) in the browser. Nothing leaves the device.
const read = id => JSON.parse(document.getElementById(id).textContent);
const keys = read("keys").keys, labels = read("labels"), words = read("words");
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const json = text => JSON.parse(new TextDecoder().decode(bytes(text)));
const encoded = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class Refusal extends Error {}

function tokenIn(text) {
  let plain = text.trim();
  if (plain.startsWith("{")) plain = JSON.parse(plain).sd_jwt;
  if (typeof plain !== "string" || !plain.includes("~") || plain.length > 65536) throw new Refusal(words.unreadable);
  return plain.slice(plain.lastIndexOf("#") + 1).trim();
}

async function prove(text) {
  const [signed, ...rest] = tokenIn(text).split("~");
  const [head, body, signature] = signed.split(".");
  const header = json(head);
  if (header.alg !== "ES256") throw new Refusal(words.unreadable);
  const found = keys.find(key => key.kid === header.kid);
  if (!found) throw new Refusal(words.key);
  const { kty, crv, x, y } = found;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
  if (!right) throw new Refusal(words.forged);
  const payload = json(body);
  if (payload.vct !== words.type || (payload._sd_alg ?? "sha-256") !== "sha-256") throw new Refusal(words.unreadable);
  const digests = new Set(payload._sd ?? []), facts = [], seen = new Set();
  for (const disclosure of rest.filter(Boolean)) {
    const digest = encoded(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(disclosure)));
    // A disclosure the signature does not know, or one shown twice, is a forgery.
    if (!digests.delete(digest)) throw new Refusal(words.forged);
    const [, name, value] = json(disclosure);
    if (seen.has(name)) throw new Refusal(words.forged);
    seen.add(name);
    facts.push([name, value]);
  }
  const order = Object.keys(labels);
  facts.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
  return { payload, kid: header.kid, facts };
}

function money(minor, currency) {
  return new Intl.NumberFormat(words.lang, { style: "currency", currency, minimumFractionDigits: minor % 100 ? 2 : 0 }).format(minor / 100);
}

function lines(name, value) {
  try {
    if (name === "techniques") return value.map(row => `${row.technique} (${words.grade} ${row.grade})`);
    if (name === "pieces") return [`${value.accepted.toLocaleString()}${value.since ? ` (${words.since} ${value.since})` : ""}`, `${words.first}: ${value.accepted_at_first.toLocaleString()} / ${value.inspected.toLocaleString()}`];
    if (name === "on_time") return [`${value.on_time} / ${value.finished}`];
    if (name === "months") return Object.entries(value.earned_minor).sort().map(([month, minor]) => `${month}: ${money(minor, value.currency)}`);
    if (name === "paid") return [`${money(value.paid_minor, value.currency)} (${value.payments} × ${words.since} ${value.since})`];
    if (name === "advances") return [`${value.paid_back_whole} / ${value.received}; ${money(value.paid_back_minor, value.currency)}`];
  } catch { /* a fact of a newer house: shown as it is */ }
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function show(...children) { document.getElementById("result").replaceChildren(...children); }

async function check(text) {
  try {
    const { payload, kid, facts } = await prove(text);
    const day = new Date(payload.iat * 1000).toLocaleDateString(words.lang, { day: "numeric", month: "long", year: "numeric" });
    const list = element("dl");
    for (const [name, value] of facts) {
      const dd = element("dd");
      lines(name, value).forEach((line, index) => dd.append(...(index ? [element("br"), line] : [line])));
      list.append(element("div", {}, element("dt", {}, labels[name] ?? name), dd));
    }
    show(
      element("section", { class: "verdict good" }, element("h2", {}, words.good), element("p", {}, `${words.issued} ${day}`)),
      ...(facts.length ? [list] : []),
      element("p", { class: "fine" }, `${payload.iss} · ${payload.jti} · ${kid}`),
    );
  } catch (wrong) {
    const said = wrong instanceof Refusal ? wrong.message : words.unreadable;
    show(element("section", { class: "verdict bad" }, element("h2", {}, words.bad), element("p", {}, said)));
  }
}

// The browser's own cryptography is there on https and on this machine only; elsewhere the form posts to the house.
if (globalThis.crypto?.subtle) {
  const form = document.getElementById("check");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const file = form.file.files[0];
    await check(file ? await file.text() : form.text.value);
  });
  const given = () => location.hash.length > 1 && check(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", given);
  given();
}
