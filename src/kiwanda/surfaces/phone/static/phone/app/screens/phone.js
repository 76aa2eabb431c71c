// This phone: what has not been sent and since when, the place it takes, push, logging out.
import { html, useEffect, useState } from "htm/preact";
import { forget } from "../core/accounts.js";
import { ownDb, put, read } from "../core/db.js";
import { reach, talk } from "../core/http.js";
import { Icon } from "../icons.js";
import { Facts, Press, Screen, Tag } from "../parts/screen.js";
import { draw, leave, load, refresh, state, unsent } from "../state.js";
import { moment, span, spoken, t } from "../words.js";

const token = async () => read(await ownDb(state.account.id), "meta", "token");

export function Phone() {
  const [sure, setSure] = useState(false);
  const [kept, setKept] = useState("");
  const [push, setPush] = useState(self.PushManager ? Notification.permission : "");
  useEffect(() => void navigator.storage?.persisted?.().then((yes) => setKept(t(yes ? "kept_yes" : "kept_no"))), []);
  const waiting = unsent();
  const bytes = state.uploads.reduce((sum, one) => sum + one.size, 0);
  const oldest = Math.min(...waiting.map((one) => one.at));
  const out = async () => {
    if (waiting.length + state.uploads.length && !sure) {
      await refresh();
      if (unsent().length + state.uploads.length) return setSure(true);
    }
    const { id } = state.account;
    await reach("/m/v1/devices/me", { method: "DELETE", token: await token() }).catch(() => {});
    await leave();
    await forget(id);
    await load();
  };
  const persist = async () => {
    const yes = await navigator.storage?.persist?.();
    setKept(t(yes ? "kept_yes" : "kept_no"));
  };
  return html`<${Screen} title=${t("this_phone")} voice="phone" back="/me">
    <${Facts} rows=${[
      [t("not_sent"), waiting.length, "clock"],
      [t("photos_waiting"), state.uploads.length ? `${state.uploads.length} · ${Math.ceil(bytes / 1024)} KB` : 0, "photo"],
      waiting.length > 0 && [t("oldest"), span(Date.now() - oldest), "alert"],
      [t("last_sync"), state.meta.synced ? moment(state.meta.synced) : "–", "net"],
    ]} />
    <${Press} icon="send" look="go" on=${refresh} disabled=${state.syncing}>${t(state.syncing ? "fetching" : "sync_now")}<//>
    ${waiting.map((one) => html`<div class="card"><${Icon} name="clock" /><span>${t(`did_${one.type}`)}<small>${moment(one.at)}</small></span><${Tag} kind="wait">${t("waiting")}<//></div>`)}
    <p class="hint">${kept}</p>
    ${kept === t("kept_no") && html`<${Press} icon="lock" on=${persist}>${t("keep")}<//>`}
    ${push === "default" && html`<${Press} icon="bell" on=${() => subscribe().then(setPush)}>${t("wake_me")}<//>`}
    ${push === "granted" && html`<p class="hint">${t("wake_on")}</p>`}
    ${sure && html`<p class="note bad" role="alert"><${Icon} name="alert" />${t("would_lose", { n: waiting.length + state.uploads.length })}</p>`}
    <${Press} icon="leave" look=${sure ? "no" : ""} on=${out}>${t(sure ? "leave_anyway" : "leave")}<//><//>`;
}

/** Ask to be woken. Where the server has no push, nothing is asked. */
async function subscribe() {
  try {
    const { key } = await talk("/m/v1/push-key", { method: "GET", token: await token(), language: spoken() });
    if ((await Notification.requestPermission()) !== "granted") return Notification.permission;
    const worker = await navigator.serviceWorker.ready;
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = made.toJSON();
    await talk("/m/v1/push", { body: { endpoint, keys }, token: await token(), language: spoken() });
    await put(await ownDb(state.account.id), "meta", true, "push");
    return "granted";
  } catch (fault) {
    state.fault = t(fault.status === 404 ? "no_push" : "no_net");
    draw();
    return fault.status === 404 ? "" : "default";
  }
}
