// Ids, hashes and bytes as text.

/** A UUIDv7: its first 48 bits are the phone's clock in milliseconds, the rest is random. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let now = Math.max(0, Date.now());
  for (let i = 5; i >= 0; i--) {
    bytes[i] = now % 256;
    now = Math.floor(now / 256);
  }
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** SHA-256 of a buffer, as bytes. */
export async function hash(buffer) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
}
