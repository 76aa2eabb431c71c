// An offer with everything to decide by, and the three answers.
import { html, useState } from "htm/preact";
import { Icon } from "../icons.js";
import { Picture } from "../parts/pictures.js";
import { Choices, Facts, Go, Missing, Press, Screen, Stepper } from "../parts/screen.js";
import { act, now, pending, row } from "../state.js";
import { day, money, t } from "../words.js";
import { Deadline } from "./feed.js";

const REASONS = ["busy", "ill", "family", "pay", "materials", "skill", "date", "other"];

export function Offer({ id }) {
  const found = row("offer", id);
  if (!found) return html`<${Missing} voice="offer" />`;
  const offer = found.d;
  const open = offer.s === "sent" && offer.exp > now() && !pending(id).length;
  const accept = () => act("accept_offer", { offer: id }, { base: found.v });
  const foot = open && html`<${Press} look="go" icon="check" on=${accept}>${t("accept")}<//>
    <div class="two"><${Go} to="/offer/${id}/no" icon="no" look="no">${t("decline")}<//><${Go} to="/offer/${id}/other" icon="other">${t("counter")}<//></div>`;
  const mine = offer.s === "accepted" && `/`;
  return html`<${Screen} title=${t("new_work")} voice="offer" foot=${foot}>
    <div class="head"><${Picture} sha=${offer.pic} alt=${offer.t} /><div><b>${offer.t}</b><p>${offer.o}</p><${Deadline} offer=${offer} id=${id} /></div></div>
    <p class="sum"><strong>${money(offer.p * offer.q, offer.c)}</strong> <small>${t("in_all")}</small></p>
    <${Facts} rows=${[
      [t("pieces"), offer.q, "box"],
      [t("per_piece"), money(offer.p, offer.c), "pay"],
      [t("due_day"), day(offer.due), "day"],
      offer.h && [t("per_hour"), `${money(Math.floor(offer.h / 100) * 100, offer.c)}`, "clock"],
    ]} />
    ${offer.m > 0 && html`<p class="hint">${t("about_hours", { n: Math.round(offer.m / 60) || 1 })}</p>`}
    ${mine && html`<p class="note good"><${Icon} name="check" />${t("yours")}</p>`}
    ${["declined", "expired", "withdrawn"].includes(offer.s) && html`<p class="note wait"><${Icon} name="info" />${t("closed")}</p>`}
    ${offer.mat?.length > 0 && html`<h2>${t("materials")}</h2><ul class="list">${offer.mat.map(([name, quantity, unit]) => html`<li><span>${name}</span><b>${quantity} ${unit}</b></li>`)}</ul>`}
    ${offer.steps?.length > 0 && html`<${Go} to="/steps/offer/${id}" icon="photo">${t("how_made")}<//>`}
    ${offer.why?.length > 0 && html`<details><summary>${t("why_me")}</summary>${offer.why.map((sentence) => html`<p>${sentence}</p>`)}</details>`}<//>`;
}

export function Decline({ id }) {
  const found = row("offer", id);
  if (!found) return html`<${Missing} voice="decline" />`;
  const no = (reason) => act("decline_offer", { offer: id, reason, note: "" }, { base: found.v, said: t("declined") });
  return html`<${Screen} title=${t("why_not")} voice="decline" back="/offer/${id}">
    <p>${t("no_harm")}</p><${Choices} options=${REASONS.map((code) => [code, t(`reason_${code}`)])} choose=${no} /><//>`;
}
