// Accepted work: material, progress, hand-in, what the inspector found, and saying so when that is wrong.
import { html } from "htm/preact";
import { Icon } from "../icons.js";
import { useForm } from "../parts/form.js";
import { Picture } from "../parts/pictures.js";
import { Facts, Go, Missing, Press, Screen, Stepper, Tag } from "../parts/screen.js";
import { act, pending, row } from "../state.js";
import { day, dayOf, money, t } from "../words.js";
import { isLate, isOpen, made, materials } from "./feed.js";

const left = (work) => Math.max(0, work.q - (work.handed || 0));

export function Work({ id }) {
  const found = row("work", id);
  if (!found) return html`<${Missing} voice="work" />`;
  const work = found.d;
  const count = made(work, id);
  const open = isOpen(work);
  const ready = Math.max(0, count - (work.handed || 0));
  const waits = pending(id).length > 0 || (work.iss || []).some((one) => pending(one.id).length);
  const actions = open ? [
    ...materials(work).map((one) => [`/material/${id}/${one.id}`, "box", `${t("confirm")}: ${one.n}`]),
    work.rew && [`/mend/${id}`, "mend", t("next_mend", { n: work.rew })],
    ready && left(work) && [`/hand/${id}`, "out", t("hand_in_n", { n: ready })],
    count < work.q && [`/progress/${id}`, "plus", t("report")],
    !ready && left(work) && [`/hand/${id}`, "out", t("hand_in")],
  ].filter(Boolean) : [];
  return html`<${Screen} title=${work.t} voice="work">
    <div class="head"><${Picture} sha=${work.pic} alt=${work.t} /><div><b>${work.o}</b>
      <p>${isLate(work) ? html`<${Tag} kind="bad">${t("late", { day: day(work.due) })}<//>` : html`<${Tag} icon="day">${t("due", { day: day(work.due) })}<//>`}</p>
      ${waits && html`<${Tag} kind="wait">${t("waiting")}<//>`}</div></div>
    <p class="sum"><strong>${count} / ${work.q}</strong> <small>${t("made")}</small></p>
    <div class="bar" aria-hidden="true"><i style="width:${Math.min(100, (100 * count) / work.q)}%"></i></div>
    ${work.s === "cancelled" && html`<p class="note wait"><${Icon} name="info" />${t("cancelled")}</p>`}
    ${work.moved && html`<${Go} to="/moved/${id}" icon="other">${t("moved")}<//>`}
    ${actions.map(([to, icon, word], i) => html`<${Go} to=${to} icon=${icon} look=${i ? "" : "go"}>${word}<//>`)}
    <${Facts} rows=${[
      [t("pay_for_it"), money(work.p * work.q, work.c), "pay"],
      [t("handed"), work.handed || 0, "out"],
      [t("accepted"), work.acc || 0, "check"],
      work.rej ? [t("rejected"), work.rej, "no"] : [t("to_mend"), work.rew || 0, "mend"],
    ]} />
    ${(work.ins || []).map((one) => html`<a class="card" href="#/result/${id}/${one.id}"><${Icon} name="eye" /><span><b>${t("inspection")} · ${day(dayOf(one.at))}</b>
      <small>${t("counts", { acc: one.acc || 0, rew: one.rew || 0, rej: one.rej || 0 })}</small></span></a>`)}
    ${(work.his || []).length > 0 && html`<h2>${t("handed")}</h2><ul class="list">${work.his.map((one) => html`<li><span>${day(dayOf(one.at))}</span><b>${one.q}${one.c != null && one.c !== one.q ? ` → ${one.c}` : ""} ${one.s === "declared" ? t("on_way") : "✓"}</b></li>`)}</ul>`}
    ${work.steps?.length > 0 && html`<${Go} to="/steps/work/${id}" icon="photo">${t("how_made")}<//>`}<//>`;
}

export function Progress({ id }) {
  const found = row("work", id);
  const work = found?.d;
  const form = useForm(`/progress/${id}`, { made: work ? made(work, id) : 0 });
  if (!work) return html`<${Missing} voice="progress" />`;
  const number = Number(form.values.made) || 0;
  const fewer = number < (work.made || 0);
  const send = () => act("report_progress", { work: id, made: number, correction: fewer }, { base: found.v, then: `/work/${id}`, ...form.options });
  return html`<${Screen} title=${t("report")} voice="progress" back="/work/${id}" foot=${html`<${Press} look="go" icon="check" on=${send} disabled=${form.values.made === ""}>${t(fewer ? "save_fewer" : "save")}<//>`}>
    <p>${work.t} · ${work.o}</p>
    <${Stepper} label=${t("made_so_far", { n: work.q })} value=${form.values.made} set=${(value) => form.set({ made: value })} max=${work.q} />
    ${fewer && html`<p class="note wait"><${Icon} name="info" />${t("fewer_than", { n: work.made })}</p>`}
    ${form.field}<//>`;
}

export function HandIn({ id, rework }) {
  const found = row("work", id);
  const work = found?.d;
  const most = work ? (rework ? work.rew || 0 : left(work)) : 0;
  const usual = work ? (rework ? most : Math.min(most, Math.max(1, made(work, id) - (work.handed || 0)))) : 0;
  const path = `/${rework ? "mend" : "hand"}/${id}`;
  const form = useForm(path, { q: usual });
  if (!work) return html`<${Missing} voice="hand-in" />`;
  const send = () => {
    const args = { work: id, q: Number(form.values.q) };
    if (rework) args.rework = true;
    return act("hand_in", args, { base: found.v, then: `/work/${id}`, said: t("bring_them"), ...form.options });
  };
  return html`<${Screen} title=${t(rework ? "mended" : "hand_in")} voice=${rework ? "mend" : "hand-in"} back="/work/${id}" foot=${html`<${Press} look="go" icon="out" on=${send} disabled=${!Number(form.values.q)}>${t("i_bring")}<//>`}>
    <p>${work.t} · ${work.o}</p>
    <${Stepper} label=${t("pieces_i_bring", { n: most })} value=${form.values.q} set=${(value) => form.set({ q: value })} min=${1} max=${most} />${form.field}<//>`;
}
