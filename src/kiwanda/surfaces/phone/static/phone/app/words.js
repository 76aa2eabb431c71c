// Words, money, days and hours as she reads them. Days and hours are Nairobi's whatever zone the phone thinks it is in.

const NAIROBI_MS = 3 * 3600e3;
let catalogue = {};
let language = "sw";

/** Fetch a language's catalogue; it stays on the phone. Throws where it is not here and there is no network. */
export async function learnWords(wanted) {
  const response = await fetch(document.documentElement.dataset[wanted]);
  if (!response.ok || !response.headers.get("X-Kiwanda")) throw new Error("no words");
  catalogue = await response.json();
  language = document.documentElement.lang = wanted;
  return catalogue;
}

export const spoken = () => language;

/** The sentence `key` with its `{names}` filled in. */
export function t(key, values = {}) {
  return (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const has = (key) => key in catalogue;

const digits = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** Money with its currency in front; cents only where there are some. */
export function money(minor = 0, currency = "KES") {
  const cents = Math.abs(minor) % 100;
  const whole = digits(Math.floor(Math.abs(minor) / 100));
  return `${minor < 0 ? "−" : ""}${currency === "KES" ? "KSh" : currency} ${whole}${cents ? `.${String(cents).padStart(2, "0")}` : ""}`;
}

/** "Jumatano 25 Nov" of a day written YYYY-MM-DD. */
export function day(text) {
  if (!text) return "";
  const [year, month, date] = text.split("-").map(Number);
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay();
  return `${t("weekdays").split(" ")[weekday]} ${date} ${t("months").split(" ")[month - 1]}`;
}

/** The Nairobi day of an instant, YYYY-MM-DD. */
export function dayOf(ms) {
  return new Date(ms + NAIROBI_MS).toISOString().slice(0, 10);
}

/** Day and 24-hour clock of an instant. */
export function moment(ms) {
  return `${day(dayOf(ms))}, ${new Date(ms + NAIROBI_MS).toISOString().slice(11, 16)}`;
}

/** How long ago or until: whole days from two days on, hours before. */
export function span(ms) {
  const hours = Math.max(0, Math.floor(ms / 3600e3));
  return hours >= 48 ? t("n_days", { n: Math.floor(hours / 24) }) : t("n_hours", { n: hours });
}
