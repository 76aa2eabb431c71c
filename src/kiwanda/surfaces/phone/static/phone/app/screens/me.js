// She herself: days off, quiet hours, language, how she is written to, what the public may see.
import { html, useState } from "htm/preact";
import { ownDb, put } from "../core/db.js";
import { Icon } from "../icons.js";
import { Choices, Go, Press, Screen, Tag } from "../parts/screen.js";
import { act, me, now, pending, speak, state, unsent } from "../state.js";
import { day, dayOf, spoken, t } from "../words.js";
import { Tile } from "./login.js";

const CHANNELS = ["app", "sms", "whatsapp", "ussd"];
const AWAY = ["ill", "funeral", "family", "planting", "market", "other"];
const LANGUAGES = [["sw", "Kiswahili"], ["en", "English"]];

export function Me() {
  const mine = me();
  return html`<${Screen} title=${t("tab_me")} voice="me" tab="/me">
    <div class="card person"><${Tile} account=${state.account} /><span><b>${mine.name || state.account.name}</b><small>${mine.workshop || state.account.workshop} · ${mine.code || ""}</small>${mine.hub && html`<small>${t("hub")} ${mine.hub}</small>`}</span></div>
    <${Go} to="/off" icon="day">${t("days_off")}<//>
    <${Go} to="/learn" icon="learn">${t("learn")}<//>
    <${Go} to="/language" icon="globe">${t("language")}<//>
    <${Go} to="/told" icon="bell">${t("how_told")}<//>
    <${Go} to="/quiet" icon="quiet">${t("quiet")}<//>
    ${(mine.consent || []).length > 0 && html`<${Go} to="/consent" icon="eye">${t("consent")}<//>`}
    <${Go} to="/pin" icon="lock">${t("pin")}<//>
    <${Go} to="/phone" icon="phone">${t("this_phone")}<//>
    <${Go} to="/pick" icon="people">${t("switch")}<//><//>`;
}

export function Off() {
  const today = dayOf(now());
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState(today);
  const [reason, setReason] = useState("");
  const off = (me().off || []).filter((one) => one.to >= today);
  const asked = unsent().filter((one) => one.type === "take_days_off");
  const send = () => act("take_days_off", { from, to: until < from ? from : until, reason }, { then: "/off" });
  return html`<${Screen} title=${t("days_off")} voice="off" back="/me" foot=${html`<${Press} look="go" icon="check" on=${send} disabled=${!reason || !from || from < today}>${t("save")}<//>`}>
    ${off.length + asked.length > 0 && html`<ul class="list">${off.map((one) => html`<li><span>${day(one.from)}${one.to !== one.from ? ` – ${day(one.to)}` : ""}</span>
      ${pending(one.id).length ? html`<${Tag} kind="wait">${t("waiting")}<//>` : html`<button class="round" aria-label=${t("cancel_off")} onClick=${() => act("cancel_day_off", { id: one.id }, { then: "/off" })}><${Icon} name="no" /></button>`}</li>`)}
      ${asked.map((one) => html`<li><span>${day(one.args.from)} – ${day(one.args.to)}</span><${Tag} kind="wait">${t("waiting")}<//></li>`)}</ul>`}
    <div class="dates"><div><label for="from">${t("from")}</label><input id="from" type="date" min=${today} value=${from} onInput=${(event) => setFrom(event.target.value)} /></div>
    <div><label for="until">${t("until")}</label><input id="until" type="date" min=${from} value=${until < from ? from : until} onInput=${(event) => setUntil(event.target.value)} /></div></div>
    <h2>${t("why")}</h2><${Choices} options=${AWAY.map((code) => [code, t(`away_${code}`)])} chosen=${reason} choose=${setReason} /><//>`;
}

const hour = (value) => `${String(value).padStart(2, "0")}:00`;

function Hour({ id, label, value, set }) {
  const hours = [...Array(24).keys()];
  return html`<div><label for=${id}>${label}</label><select id=${id} value=${value} onChange=${(event) => set(Number(event.target.value))}>${hours.map((one) => html`<option value=${one}>${hour(one)}</option>`)}</select></div>`;
}

export function Quiet() {
  const kept = me().quiet || [20, 7];
  const [from, setFrom] = useState(Number(kept[0]));
  const [until, setUntil] = useState(Number(kept[1]));
  const send = () => act("set_quiet_hours", { from, until }, { then: "/me" });
  return html`<${Screen} title=${t("quiet")} voice="quiet" back="/me" foot=${html`<${Press} look="go" icon="check" on=${send}>${t("save")}<//>`}>
    <p>${t("quiet_more")}</p><div class="two"><${Hour} id="from" label=${t("from")} value=${from} set=${setFrom} /><${Hour} id="until" label=${t("until")} value=${until} set=${setUntil} /></div><//>`;
}

export function Language() {
  const choose = async (code) => {
    await speak(code);
    if (spoken() !== code) return;
    await put(await ownDb(state.account.id), "meta", code, "language");
    await act("set_language", { language: code }, { then: "/me" });
  };
  return html`<${Screen} title=${t("language")} voice="language" back="/me"><${Choices} options=${LANGUAGES} chosen=${spoken()} choose=${choose} /><//>`;
}

export function Told() {
  const asked = unsent().filter((one) => one.type === "set_channel").at(-1)?.args.channel;
  return html`<${Screen} title=${t("how_told")} voice="told" back="/me"><p>${t("how_told_more")}</p>
    <${Choices} options=${CHANNELS.map((code) => [code, t(`channel_${code}`)])} chosen=${asked || me().channel} choose=${(channel) => act("set_channel", { channel }, { then: "/me" })} /><//>`;
}

export function Consent() {
  return html`<${Screen} title=${t("consent")} voice="consent" back="/me"><p>${t("consent_more")}</p>
    ${(me().consent || []).map((one) => html`<div class="card stack"><p>${one.text}</p>
      ${pending(one.kind).length ? html`<${Tag} kind="wait">${t("waiting")}<//>` : one.given
        ? html`<${Tag} kind="good">${t("given")}<//><${Press} icon="no" on=${() => act("withdraw_consent", { kind: one.kind }, { then: "/consent" })}>${t("stop")}<//>`
        : html`<${Press} icon="check" on=${() => act("give_consent", { kind: one.kind }, { then: "/consent" })}>${t("allow")}<//>`}</div>`)}<//>`;
}
