// What she earned, what is paid, what is on its way; and an advance, when one may be asked for.
import { html, useState } from "htm/preact";
import { Icon } from "../icons.js";
import { Empty, Facts, Go, Missing, Press, Screen, Stepper, Tag } from "../parts/screen.js";
import { act, can, list, me, pending, row, unsent } from "../state.js";
import { day, dayOf, has, money, t } from "../words.js";
import { FaultyCard } from "./feed.js";

const SIGNS = { earning: "plus", payout: "check", deduction: "minus", advance: "advance" };

export function Pay() {
  const pay = list("pay")[0]?.d || {};
  const lines = list("line").sort((a, b) => b.d.at - a.d.at);
  const advances = list("adv");
  const waiting = unsent().some((one) => one.type === "ask_advance");
  return html`<${Screen} title=${t("tab_pay")} voice="pay" tab="/pay">
    <p class="sum"><strong>${money(pay.waiting, pay.c)}</strong> <small>${t("pay_waiting")}</small></p>
    ${list("cor").map((one) => html`<${FaultyCard} ...${one} />`)}
    <${Facts} rows=${[
      [t("pay_month"), money(pay.month, pay.c), "day"],
      [t("pay_paid"), money(pay.paid, pay.c), "check"],
      pay.held && [t("pay_held"), money(pay.held, pay.c), "clock"],
      pay.deducted && [t("pay_deducted"), money(pay.deducted, pay.c), "minus"],
    ]} />
    ${advances.map(({ d }) => html`<div class="card"><${Icon} name="advance" /><span><b>${t("advance")} ${money(d.a, d.c)}</b><small>${["requested", "decided", "sending"].includes(d.s) ? `${t("waiting")} · ` : ""}${t("advance_left", { sum: money(d.left, d.c) })}${d.next ? ` · ${t("advance_next", { sum: money(d.next, d.c) })}` : ""}</small></span></div>`)}
    ${waiting ? html`<${Tag} kind="wait">${t("advance")}: ${t("waiting")}<//>` : can().adv && html`<${Go} to="/advance" icon="advance">${t("ask_advance")}<//>`}
    <h2>${t("lines")}</h2>
    ${lines.length
      ? html`<ul class="list">${lines.map(({ d }) => html`<li><${Icon} name=${SIGNS[d.e] || "pay"} /><span>${d.t || t(`line_${d.e}`)}<small>${day(dayOf(d.at))}${d.q ? ` · ${d.q} × ${money(d.p, d.c)}` : ""}${d.ref ? ` · ${d.ref}` : ""}</small></span><b>${money(d.a, d.c)}${d.s && has(`state_${d.s}`) ? html`<small>${t(`state_${d.s}`)}</small>` : ""}</b></li>`)}</ul>`
      : html`<${Empty} icon="pay" title=${t("no_lines")}>${t("no_lines_more")}<//>`}<//>`;
}

/** Paid pieces turned out faulty. Both answers look the same: neither is the expected one. */
export function Faulty({ id }) {
  const found = row("cor", id);
  if (!found) return html`<${Missing} voice="faulty" />`;
  const { d } = found;
  const answer = (said) => act("answer_correction", { cor: id, answer: said }, { base: found.v, then: "/pay", said: t(`faulty_${said}d`) });
  const foot = html`<${Press} icon="check" on=${() => answer("agree")}>${t("agree")}<//><${Press} icon="no" on=${() => answer("refuse")}>${t("not_agreed")}<//>`;
  const asked = pending(id).length > 0;
  return html`<${Screen} title=${t("faulty")} voice="faulty" back="/pay" foot=${!asked && foot}>
    <p class="sum"><strong>${money(d.a, d.c)}</strong> <small>${t("n_pieces", { n: d.q })} · ${d.w}</small></p>
    <div class="card stack"><b>${d.t}</b><p>${d.o}</p><p>“${d.why}”</p></div>
    ${asked ? html`<${Tag} kind="wait">${t("waiting")}<//>` : html`<p>${t("faulty_more")}</p>`}<//>`;
}

export function Advance() {
  const terms = can().adv;
  const step = 10000;
  const [sum, setSum] = useState(terms ? Math.max(terms.min, Math.floor(terms.max / 2 / step) * step) / 100 : 0);
  const [pin, setPin] = useState("");
  if (!terms) return html`<${Missing} voice="advance" />`;
  if (!me().pin) return html`<${Screen} title=${t("ask_advance")} voice="new-pin" back="/pay"><${Empty} icon="lock" title=${t("pin_first")} /><${Go} to="/pin" icon="lock" look="go">${t("pin")}<//><//>`;
  const send = () => act("ask_advance", { a: Number(sum) * 100, pin }, { then: "/pay" });
  const wrong = !Number(sum) || pin.length !== 4;
  return html`<${Screen} title=${t("ask_advance")} voice="advance" back="/pay" foot=${html`<${Press} look="go" icon="send" on=${send} disabled=${wrong}>${t("ask_for", { sum: money(Number(sum) * 100, terms.c) })}<//>`}>
    <${Stepper} label=${t("how_much", { least: money(terms.min, terms.c), most: money(terms.max, terms.c) })} value=${sum} set=${setSum} min=${Math.ceil(terms.min / 100)} max=${Math.floor(terms.max / 100)} step=${step / 100} />
    <ul class="list">${(terms.terms || []).map((sentence) => html`<li><${Icon} name="info" /><span>${sentence}</span></li>`)}</ul>
    <label for="pin">${t("pin_money")}</label><input id="pin" class="code" type="password" inputmode="numeric" autocomplete="off" maxlength="4" value=${pin} onInput=${(event) => setPin(event.target.value.replace(/\D/g, ""))} /><//>`;
}
