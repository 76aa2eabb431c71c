// Other terms for an offer; and how a thing is made, step by step.
import { html, useState } from "htm/preact";
import { Picture } from "../parts/pictures.js";
import { Missing, Press, Screen, Stepper } from "../parts/screen.js";
import { act, row } from "../state.js";
import { day, t } from "../words.js";

export function Counter({ id }) {
  const found = row("offer", id);
  const offer = found?.d;
  const [quantity, setQuantity] = useState(offer?.q);
  const [due, setDue] = useState(offer?.due);
  if (!offer) return html`<${Missing} voice="counter" />`;
  const send = () => {
    const args = { offer: id, note: "" };
    if (quantity !== offer.q) args.q = Number(quantity);
    if (due !== offer.due) args.due = due;
    return act("counter_offer", args, { base: found.v });
  };
  const same = (quantity === offer.q && due === offer.due) || !quantity || due < offer.due;
  return html`<${Screen} title=${t("counter")} voice="counter" back="/offer/${id}" foot=${html`<${Press} look="go" icon="send" on=${send} disabled=${same}>${t("send")}<//>`}>
    <${Stepper} label=${t("pieces_i_make", { n: offer.q })} value=${quantity} set=${setQuantity} min=${1} max=${offer.q} />
    <label for="due">${t("ready_on")}</label><input id="due" type="date" min=${offer.due} value=${due} onInput=${(event) => setDue(event.target.value)} />
    <p class="hint">${t("counter_hint", { day: day(offer.due) })}</p><//>`;
}

/** The tech pack's steps, one picture under the other. */
export function Steps({ k, id }) {
  const steps = row(k, id)?.d.steps;
  if (!steps) return html`<${Missing} voice="steps" />`;
  return html`<${Screen} title=${t("how_made")} voice="steps" back="/${k}/${id}">
    <ol class="steps">${steps.map(([text, sha], i) => html`<li>${sha && html`<${Picture} sha=${sha} width=${480} big alt="" />`}<p><b>${i + 1}</b> ${text}</p></li>`)}</ol><//>`;
}
