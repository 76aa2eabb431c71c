// Counts that two people have to agree on, what an inspector found, and saying that something is not right.
import { html, useState } from "htm/preact";
import { Icon } from "../icons.js";
import { Reason, useForm } from "../parts/form.js";
import { Picture } from "../parts/pictures.js";
import { Go, Missing, Press, Screen, Stepper, Tag } from "../parts/screen.js";
import { act, pending, row } from "../state.js";
import { day, dayOf, t } from "../words.js";

export function Material({ id, issue }) {
  const found = row("work", id);
  const one = (found?.d.iss || []).find((item) => item.id === issue);
  const [quantity, setQuantity] = useState(one?.q);
  if (!one) return html`<${Missing} voice="material" />`;
  const whole = Number.isInteger(Number(one.q));
  const send = () => act("confirm_material", { issue, q: Number(quantity) }, { base: found.v, then: `/work/${id}` });
  return html`<${Screen} title=${t("materials")} voice="material" back="/work/${id}" foot=${html`<${Press} look="go" icon="check" on=${send} disabled=${quantity === ""}>${t("i_have_it")}<//>`}>
    <p class="sum"><strong>${one.q} ${one.u}</strong> <small>${one.n}</small></p>
    ${whole
      ? html`<${Stepper} label=${t("got", { unit: one.u })} value=${quantity} set=${setQuantity} />`
      : html`<label for="got">${t("got", { unit: one.u })}</label><input id="got" inputmode="decimal" value=${quantity} onInput=${(event) => setQuantity(event.target.value.replace(",", ".").replace(/[^\d.]/g, ""))} />`}
    ${Number(quantity) !== Number(one.q) && html`<p class="note wait"><${Icon} name="info" />${t("differs")}</p>`}<//>`;
}

/** Pieces another workshop says it gave to her. */
export function Incoming({ id }) {
  const found = row("in", id);
  const [quantity, setQuantity] = useState(found?.d.q);
  if (!found) return html`<${Missing} voice="incoming" />`;
  const send = () => act("receive_hand_in", { hand_in: id, q: Number(quantity) }, { base: found.v });
  return html`<${Screen} title=${t("pieces_for_you", { n: found.d.q })} voice="incoming" foot=${html`<${Press} look="go" icon="check" on=${send} disabled=${quantity === ""}>${t("i_have_them")}<//>`}>
    <p>${found.d.from} · ${found.d.t} · ${found.d.o}</p><${Stepper} label=${t("counted")} value=${quantity} set=${setQuantity} />
    ${Number(quantity) !== found.d.q && html`<p class="note wait"><${Icon} name="info" />${t("differs")}</p>`}<//>`;
}

export function Result({ id, inspection }) {
  const one = (row("work", id)?.d.ins || []).find((item) => item.id === inspection);
  if (!one) return html`<${Missing} voice="result" />`;
  const asked = one.ap || (pending(inspection, "file_appeal").length ? "waiting" : "");
  return html`<${Screen} title=${t("inspection")} voice="result" back="/work/${id}" foot=${(one.rej || one.rew) && !asked && html`<${Go} to="/appeal/${id}/${inspection}" icon="appeal">${t("not_agreed")}<//>`}>
    <div class="three"><p class="good"><${Icon} name="check" /><strong>${one.acc || 0}</strong>${t("accepted")}</p><p class="wait"><${Icon} name="mend" /><strong>${one.rew || 0}</strong>${t("to_mend")}</p><p class="bad"><${Icon} name="no" /><strong>${one.rej || 0}</strong>${t("rejected")}</p></div>
    ${one.pic && html`<${Picture} sha=${one.pic} width=${480} big alt=${t("inspection_photo")} />`}
    ${(one.r || []).length > 0 && html`<ul class="list">${one.r.map(([defect, pieces]) => html`<li><span>${defect}</span><b>${pieces}</b></li>`)}</ul>`}
    ${one.note && html`<p class="card">${one.note}</p>`}
    ${asked && html`<p class="note wait"><${Icon} name="appeal" />${t(`appeal_${asked}`)}</p>`}<//>`;
}

export function Appeal({ id, inspection }) {
  const found = row("work", id);
  const form = useForm(`/appeal/${id}/${inspection}`, { reason: "" });
  if (!found) return html`<${Missing} voice="appeal" />`;
  const send = () => act("file_appeal", { inspection, reason: form.values.reason }, { base: found.v, then: `/result/${id}/${inspection}`, said: t("appeal_waiting"), ...form.options });
  return html`<${Screen} title=${t("not_agreed")} voice="appeal" back="/result/${id}/${inspection}" foot=${html`<${Press} look="go" icon="send" on=${send} disabled=${!form.values.reason.trim()}>${t("ask_another")}<//>`}>
    <${Reason} choices=${["appeal_good", "appeal_count", "appeal_material"]} value=${form.values.reason} set=${(reason) => form.set({ reason })} />${form.field}<//>`;
}

/** Work that was given to others, or something staff did for her: she may say that it is not right. */
export function Contest({ k, id }) {
  const found = row(k, id);
  const [reason, setReason] = useState("");
  if (!found) return html`<${Missing} voice="contest" />`;
  const thing = found.d;
  const moved = k === "work";
  const type = moved ? "contest_move" : "contest_action";
  const open = moved ? thing.moved : thing.s === "told";
  const asked = pending(id, type).length > 0;
  const send = () => act(type, moved ? { work: id, reason } : { action: id, reason }, { base: found.v });
  const foot = open && !asked && html`<${Press} look="go" icon="send" on=${send} disabled=${!reason.trim()}>${t("say_no")}<//>`;
  return html`<${Screen} title=${t(moved ? "moved" : "done_for_you")} voice=${moved ? "moved" : "for-you"} foot=${foot}>
    ${moved
      ? html`<div class="card stack"><b>${thing.t}</b><p>${thing.o} · ${t("n_pieces", { n: thing.moved?.q || thing.q })}</p></div>`
      : html`<div class="card stack"><b>${thing.t}</b><p>${thing.by} · ${day(dayOf(thing.at))}</p>${thing.why && html`<p>${thing.why}</p>`}${thing.m && html`<p><b>${t("answer")}</b> ${thing.m}</p>`}</div>`}
    ${asked ? html`<${Tag} kind="wait">${t("waiting")}<//>` : open ? html`<h2>${t("not_right")}</h2><${Reason} choices=${moved ? ["moved_ill", "moved_working", "moved_material"] : ["act_not_asked", "act_wrong", "act_number"]} value=${reason} set=${setReason} />` : thing.s === "contested" && html`<${Tag} kind="wait">${t("waiting_answer")}<//>`}<//>`;
}
