// Number, code, PIN; and the picker where several people share a phone.
import { html, useState } from "htm/preact";
import { keep } from "../core/accounts.js";
import { ownDb, read } from "../core/db.js";
import { VERSION, talk } from "../core/http.js";
import { Icon } from "../icons.js";
import { unlock } from "../parts/lock.js";
import { Press, Screen } from "../parts/screen.js";
import { draw, enter, go, speak, state } from "../state.js";
import { spoken, t } from "../words.js";

const said = (fault) => fault.said || t({ offline: "no_net", stranger: "stranger", busy: "too_many", old: "app_old" }[fault.why] || "no_net");

function Field({ id, label, ...rest }) {
  return html`<label for=${id}>${label}</label><input id=${id} ...${rest} />`;
}

/** Once, with the network: the number, then the code of the SMS. */
export function Login() {
  const [phone, setPhone] = useState(sessionStorage.getItem("phone") || "");
  const [asked, setAsked] = useState(Boolean(sessionStorage.getItem("phone")));
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const ask = async () => {
    setFault("");
    try {
      await talk("/m/v1/code", { body: { phone }, language: spoken() });
      // The SMS is read in another app; this page may be gone by then.
      sessionStorage.setItem("phone", phone);
      setAsked(true);
    } catch (trouble) {
      setFault(said(trouble));
    }
  };
  const confirm = async () => {
    setFault("");
    try {
      const name = `${navigator.userAgentData?.platform || navigator.platform || ""} ${screen.width}×${screen.height}`.trim();
      const given = await talk("/m/v1/devices", { body: { phone, code: code.trim(), name, ver: VERSION }, language: spoken() });
      const account = await keep(given);
      sessionStorage.removeItem("phone");
      navigator.storage?.persist?.();
      await enter(account);
      go("/");
    } catch (trouble) {
      if (!trouble.why) throw trouble;
      setFault(said(trouble));
    }
  };
  const other = spoken() === "sw" ? ["en", "English"] : ["sw", "Kiswahili"];
  const submit = (event) => event.preventDefault();
  return html`<${Screen} title=${t(asked ? "login_code" : "login")} voice=${asked ? "code" : "login"} tab=${state.accounts.length ? null : "none"} back="/pick">
    ${fault && html`<p class="note bad" role="alert"><${Icon} name="alert" />${fault}</p>`}
    ${asked
      ? html`<form onSubmit=${submit}><p>${t("code_sent", { phone })}</p>
          <${Field} id="code" label=${t("code")} class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" value=${code} onInput=${(event) => setCode(event.target.value)} />
          <${Press} look="go" icon="check" on=${confirm} disabled=${code.trim().length < 4}>${t("enter")}<//>
          <${Press} icon="back" on=${() => (sessionStorage.removeItem("phone"), setAsked(false))}>${t("other_number")}<//></form>`
      : html`<form onSubmit=${submit}><p>${t("welcome")}</p>
          <${Field} id="phone" label=${t("your_number")} type="tel" inputmode="tel" autocomplete="tel" placeholder="0712 345 678" maxlength="20" value=${phone} onInput=${(event) => setPhone(event.target.value)} />
          <${Press} look="go" icon="message" on=${ask} disabled=${phone.replace(/\D/g, "").length < 9}>${t("send_code")}<//></form>`}
    <${Press} icon="globe" on=${() => speak(other[0]).then(draw)}>${other[1]}<//>
    <p class="center"><a href="/m/">${t("plain_pages")}</a></p><//>`;
}

/** A colour, a shape and a letter for each person: known again without reading. */
export function Tile({ account }) {
  return html`<span class="tile t${account.tile}" aria-hidden="true">${account.name.trim()[0]}</span>`;
}

export function Picker() {
  return html`<${Screen} title=${t("who")} voice="who" tab="none">
    ${state.accounts.map((account) => html`<button class="card person" onClick=${() => open(account)}><${Tile} account=${account} /><span><b>${account.name}</b><small>${account.workshop}</small></span></button>`)}
    <${Press} icon="plus" on=${() => go("/login")}>${t("somebody_else")}<//><//>`;
}

export async function open(account) {
  const lock = await read(await ownDb(account.id), "meta", "lock");
  if (!lock) return enter(account);
  Object.assign(state, { account, locked: true });
  draw();
}

export function Pad({ value, set }) {
  return html`<output class="dots" aria-label=${t("digits_in", { n: value.length })}>${[0, 1, 2, 3].map((i) => html`<i class=${i < value.length ? "on" : ""}></i>`)}</output>
    <div class="pad">${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => html`<button onClick=${() => set(value + n)}>${n}</button>`)}<span></span>
    <button onClick=${() => set(value + 0)}>0</button><button onClick=${() => set(value.slice(0, -1))} aria-label=${t("erase")}><${Icon} name="back" /></button></div>`;
}

/** The lock of an account that has a PIN. */
export function Lock() {
  const [pin, setPin] = useState("");
  const [fault, setFault] = useState("");
  const typed = async (next) => {
    setPin(next.slice(0, 4));
    if (next.length < 4) return setFault("");
    const why = await unlock(state.account.id, next);
    setPin("");
    if (why) return setFault(t(`pin_${why}`));
    return enter(state.account);
  };
  const leaving = () => (Object.assign(state, { account: null, locked: false }), go("/pick"));
  return html`<${Screen} title=${state.account.name} voice="pin" tab="none" about="pin">
    <p class="center"><${Tile} account=${state.account} /></p>
    ${fault && html`<p class="note bad" role="alert"><${Icon} name="alert" />${fault}</p>`}
    <p class="center">${t("pin_write")}</p><${Pad} value=${pin} set=${typed} />
    <${Press} icon="people" on=${leaving}>${t("not_me")}<//><//>`;
}
