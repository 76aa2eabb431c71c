// What every screen has: a way back, its name, its voice, "call me back"; and the small parts screens are made of.
import { html, useEffect, useRef, useState } from "htm/preact";
import { Icon } from "../icons.js";
import { draw, state, unread, unsent } from "../state.js";
import { t } from "../words.js";
import { hush, say } from "./voice.js";

const TABS = [["/", "work", "tab_work"], ["/pay", "pay", "tab_pay"], ["/messages", "message", "tab_messages"], ["/me", "me", "tab_me"]];

/** `voice` is the name of the screen's prompt; `about` what a call would be about; `tab` the tab it stands for. */
export function Screen({ title, voice, back = "/", tab, about = voice, foot, children }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${title} · Kiwanda`;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
    return hush;
  }, [title]);
  const messages = unread().length;
  return html`
    <header>
      ${tab ? html`<span class="mark" aria-hidden="true"></span>` : html`<a class="round" href="#${back}" aria-label=${t("back")}><${Icon} name="back" /></a>`}
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      <${Voice} name=${voice} />
      ${state.account && about !== "call" && html`<a class="round" href="#/call/${about}" aria-label=${t("call_me")}><${Icon} name="call" /></a>`}
    </header>
    <main>
      <div role="status" aria-live="polite">
        ${state.said && html`<p class="note good"><${Icon} name="check" />${state.said}</p>`}
        ${state.fault && html`<p class="note bad"><${Icon} name="alert" />${state.fault}</p>`}
      </div>
      ${state.account && html`<${Line} />`}
      ${children}
    </main>
    ${foot && html`<footer>${foot}</footer>`}
    ${tab?.[0] === "/" && html`<nav aria-label=${t("places")}>${TABS.map(([path, icon, word]) => html`
      <a href="#${path}" aria-current=${tab === path ? "page" : null}><span class="at"><${Icon} name=${icon} />${
        path === "/messages" && messages > 0 && html`<b class="count">${messages}</b>`}</span>${t(word)}</a>`)}</nav>`}`;
}

/** How things stand with the network, where that is worth a line. */
function Line() {
  const waiting = unsent().filter((one) => one.type !== "read_messages").length;
  if (state.net === "revoked" || state.meta.revoked) {
    return html`<a class="note bad" href="#/again"><${Icon} name="lock" />${t("revoked")}</a>`;
  }
  const why = { stranger: "stranger", old: "app_old", full: "phone_full", broken: "not_kept" }[state.net];
  if (why) return html`<p class="note bad"><${Icon} name="alert" />${t(why)}</p>`;
  if (waiting) return html`<a class="note wait" href="#/phone"><${Icon} name="clock" />${t("unsent", { n: waiting })}</a>`;
  if (state.net) return html`<p class="note wait"><${Icon} name="net" />${t("offline")}</p>`;
  return null;
}

function Voice({ name }) {
  const [missing, setMissing] = useState(false);
  useEffect(() => setMissing(false), [name]);
  if (!name || missing) return null;
  const press = async () => setMissing(!(await say(name)));
  return html`<button class="round" onClick=${press} aria-label=${t("listen")}><${Icon} name="speaker" /></button>`;
}

/** A button that cannot be pressed twice while its work runs. `look`: go, no, or nothing. */
export function Press({ icon, look = "", on, disabled, children }) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await on();
    } finally {
      setBusy(false);
    }
  };
  return html`<button class="press ${look}" disabled=${disabled || busy} onClick=${press}>${icon && html`<${Icon} name=${icon} />`}<span>${children}</span></button>`;
}

export function Go({ to, icon, look = "", children }) {
  return html`<a class="press ${look}" href="#${to}">${icon && html`<${Icon} name=${icon} />`}<span>${children}</span></a>`;
}

/** A state in words with a sign before them: never by colour alone. */
export function Tag({ kind = "", icon, children }) {
  const sign = icon || { good: "check", bad: "alert", wait: "clock" }[kind];
  return html`<span class="tag ${kind}">${sign && html`<${Icon} name=${sign} />`}${children}</span>`;
}

export function Facts({ rows }) {
  return html`<dl class="facts">${rows.filter(Boolean).map(([word, value, sign]) => html`<div><dt>${sign && html`<${Icon} name=${sign} />`}${word}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Digits with a big minus and plus. */
export function Stepper({ label, value, set, min = 0, max = 99999, step = 1 }) {
  const to = (number) => set(Math.min(max, Math.max(min, number)));
  const typed = ({ target: { value } }) => (value === "" ? set("") : to(Number(value.replace(/\D/g, "")) || 0));
  return html`<div class="stepper">
    <label for="number">${label}</label>
    <div><button class="round big" onClick=${() => to((Number(value) || 0) - step)} aria-label=${t("fewer")}><${Icon} name="minus" /></button>
    <input id="number" inputmode="numeric" autocomplete="off" value=${value} onInput=${typed} />
    <button class="round big" onClick=${() => to((Number(value) || 0) + step)} aria-label=${t("more")}><${Icon} name="plus" /></button></div>
  </div>`;
}

/** Big buttons for reasons; one is chosen. */
export function Choices({ options, chosen, choose }) {
  return html`<div class="choices" role="group">${options.map(([code, word]) => html`<button aria-pressed=${String(chosen === code)} onClick=${() => choose(code)}>${word}</button>`)}</div>`;
}

export function Empty({ icon = "check", title, children }) {
  return html`<div class="empty"><${Icon} name=${icon} /><b>${title}</b>${children && html`<p>${children}</p>`}</div>`;
}

/** What is not on this phone (yet): a link of a push may be faster than its row. */
export function Missing({ voice }) {
  return html`<${Screen} title="Kiwanda" voice=${voice}><${Empty} icon=${state.syncing ? "clock" : "info"} title=${t(state.syncing ? "fetching" : "gone")} />
    <${Go} to="/" icon="back">${t("tab_work")}<//><//>`;
}

export function clearNotes() {
  state.said = "";
  state.fault = "";
  draw();
}
