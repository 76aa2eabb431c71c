// The flat list of what is to be done, the most pressing first.
import { html } from "htm/preact";
import { Icon } from "../icons.js";
import { Picture } from "../parts/pictures.js";
import { Empty, Go, Press, Screen, Tag } from "../parts/screen.js";
import { dropCommand, list, now, pending, refused, state, unread } from "../state.js";
import { day, dayOf, money, span, t } from "../words.js";

const HOUR = 3600e3;
const OPEN = ["accepted", "in_progress"];

export const isOpen = (work) => OPEN.includes(work.s);
export const isLate = (work) => isOpen(work) && work.due < dayOf(now());
export const made = (work, id) =>
  Math.max(work.made || 0, ...pending(id, "report_progress").map((one) => (one.args.correction ? 0 : one.args.made)));
export const materials = (work) => (work.iss || []).filter((one) => one.s === "sent" && !pending(one.id).length);
const contestable = (one) => one.d.moved && !pending(one.id, "contest_move").length;

export function Feed() {
  const offers = list("offer").filter((one) => ["sent", "countered"].includes(one.d.s) && (one.d.exp > now() || pending(one.id).length));
  offers.sort((a, b) => a.d.exp - b.d.exp);
  const works = list("work").filter((one) => isOpen(one.d));
  works.sort((a, b) => (a.d.due < b.d.due ? -1 : 1));
  const late = works.filter((one) => isLate(one.d));
  const rest = works.filter((one) => !isLate(one.d));
  const coming = list("in").filter((one) => !pending(one.id).length);
  const told = list("act").filter((one) => one.d.s === "told" && !pending(one.id).length);
  const moved = list("work").filter(contestable);
  const messages = unread();
  const nothing = !offers.length && !works.length && !coming.length;
  const idle = list("idle")[0]?.d;
  return html`<${Screen} title=${t("tab_work")} voice="feed" tab="/">
    ${refused().map((one) => html`<${Refused} command=${one} />`)}
    ${late.map((one) => html`<${WorkCard} key=${one.id} id=${one.id} work=${one.d} />`)}
    ${moved.map((one) => html`<a class="card" href="#/moved/${one.id}"><${Icon} name="other" /><span><b>${t("moved")}</b><small>${one.d.t} · ${one.d.o}</small></span></a>`)}
    ${told.map((one) => html`<a class="card" href="#/act/${one.id}"><${Icon} name="people" /><span><b>${t("done_for_you")}</b><small>${one.d.t}</small></span></a>`)}
    ${list("cor").filter((one) => !pending(one.id).length).map((one) => html`<${FaultyCard} ...${one} />`)}
    ${coming.map((one) => html`<a class="card" href="#/in/${one.id}"><${Icon} name="in" /><span><b>${t("pieces_for_you", { n: one.d.q })}</b><small>${one.d.from} · ${one.d.o}</small></span></a>`)}
    ${offers.map((one) => html`<${OfferCard} key=${one.id} id=${one.id} offer=${one.d} />`)}
    ${rest.map((one) => html`<${WorkCard} key=${one.id} id=${one.id} work=${one.d} />`)}
    ${messages.length > 0 && html`<a class="card" href="#/messages"><${Icon} name="message" /><span><b>${t("new_messages", { n: messages.length })}</b><small>${messages.at(-1).d.b.slice(0, 60)}</small></span></a>`}
    ${nothing && html`<${Empty} icon="offer" title=${t(state.syncing && !state.meta.synced ? "fetching" : "no_work")}>${t("no_work_more")}<//>`}
    ${nothing && idle && html`<${Go} to="/idle" icon="info">${t("why_idle")}<//>`}
    ${list("work").some((one) => one.d.s === "done") && html`<${Go} to="/done" icon="check">${t("done_work")}<//>`}<//>`;
}

export function FaultyCard({ id, d }) {
  return html`<a class="card" href="#/cor/${id}"><${Icon} name="appeal" /><span><b>${t("faulty")}</b><small>${t("n_pieces", { n: d.q })} · ${d.t}</small>${pending(id).length > 0 && html`<${Tag} kind="wait">${t("waiting")}<//>`}</span></a>`;
}

function Refused({ command }) {
  return html`<div class="card stack bad" role="alert"><b><${Icon} name="alert" /> ${t(`did_${command.type}`)}</b><p>${command.m || t("refused")}</p>
    <${Press} icon="check" on=${() => dropCommand(command.seq)}>${t("understood")}<//></div>`;
}

export function Deadline({ offer, id }) {
  if (pending(id).length) return html`<${Tag} kind="wait">${t("waiting")}<//>`;
  if (offer.s === "countered") return html`<${Tag} kind="wait">${t("waiting_answer")}<//>`;
  const left = offer.exp - now();
  if (left <= 0) return html`<${Tag} kind="bad">${t("expired")}<//>`;
  return html`<${Tag} kind=${left < 12 * HOUR ? "bad" : ""} icon="clock">${t("answer_in", { span: span(left) })}<//>`;
}

function OfferCard({ id, offer }) {
  return html`<a class="card" href="#/offer/${id}"><${Picture} sha=${offer.pic} />
    <span><small class="kind"><${Icon} name="offer" /> ${t("new_work")}</small><b>${offer.t}</b><small>${offer.o} · ${t("n_pieces", { n: offer.q })}</small>
    <strong>${money(offer.p * offer.q, offer.c)}</strong><${Deadline} offer=${offer} id=${id} /></span></a>`;
}

export function WorkCard({ id, work }) {
  const count = made(work, id);
  const next = materials(work).length ? "next_material" : work.rew ? "next_mend" : count > (work.handed || 0) ? "next_hand" : "next_make";
  return html`<a class="card ${isLate(work) ? "bad" : ""}" href="#/work/${id}"><${Picture} sha=${work.pic} />
    <span><b>${work.t}</b><small>${work.o}</small><strong>${count} / ${work.q}</strong>
    ${isLate(work) ? html`<${Tag} kind="bad">${t("late", { day: day(work.due) })}<//>` : isOpen(work) && html`<${Tag} icon="day">${t("due", { day: day(work.due) })}<//>`}
    ${pending(id).length > 0 ? html`<${Tag} kind="wait">${t("waiting")}<//>` : isOpen(work) && html`<small>${t(next, { n: work.rew })}</small>`}</span></a>`;
}
