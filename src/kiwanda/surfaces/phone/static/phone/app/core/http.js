// One way to speak with the server. An answer without our header is a stranger's (a captive portal): as good as none.

/** The app's version; the server says in `min_ver` which it still understands. */
export const VERSION = 1;
const PATIENCE_MS = 60000;

/** Why there was no answer to use: `why` is offline, stranger, revoked, old, busy or refused; `message` from the server. */
export class Failure extends Error {
  constructor(why, status = 0, message = "", wait = 0) {
    super(message || why);
    Object.assign(this, { why, status, said: message, wait });
  }
}

/** fetch with our patience; resolves to a Response that is ours, whatever its status. */
export async function reach(path, { token, language, headers, ...options } = {}) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), PATIENCE_MS);
  const sent = { Accept: "application/json", ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (language) sent["Accept-Language"] = language;
  let response;
  try {
    response = await fetch(path, { cache: "no-store", credentials: "omit", ...options, headers: sent, signal: ending.signal });
    // The body belongs to the wait: a line that is cut in the middle of it is a line that is cut.
    const body = await response.arrayBuffer();
    response.bytes = body;
  } catch {
    throw new Failure("offline");
  } finally {
    clearTimeout(timer);
  }
  const ours = response.headers.get("X-Kiwanda") || response.headers.get("Tus-Resumable");
  // A head that was cut off has neither our header nor anybody's page.
  if (!ours) throw new Failure(response.bytes.byteLength ? "stranger" : "offline", response.status);
  return response;
}

/** JSON in, JSON out; everything else is a Failure. */
export async function talk(path, { body, ...options } = {}) {
  const response = await reach(path, {
    method: "POST",
    ...options,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  let answer = {};
  try {
    if (response.bytes.byteLength) answer = JSON.parse(new TextDecoder().decode(response.bytes));
  } catch {
    throw new Failure("offline");
  }
  if (response.ok) return answer;
  const why = { 401: "revoked", 426: "old", 429: "busy", 502: "offline", 503: "busy", 504: "offline" }[response.status] || "refused";
  throw new Failure(why, response.status, answer.message, Number(response.headers.get("Retry-After")) || 0);
}
