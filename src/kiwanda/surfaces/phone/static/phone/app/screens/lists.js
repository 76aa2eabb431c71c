// Finished work, and why there was none.
import { html } from "htm/preact";
import { Go, Screen } from "../parts/screen.js";
import { list } from "../state.js";
import { t } from "../words.js";
import { WorkCard } from "./feed.js";

export function Done() {
  const works = list("work").filter((one) => one.d.s === "done");
  return html`<${Screen} title=${t("done_work")} voice="done">${works.map((one) => html`<${WorkCard} id=${one.id} work=${one.d} />`)}<//>`;
}

export function Idle() {
  const idle = list("idle")[0]?.d || [];
  const reasons = Array.isArray(idle) ? idle : idle.why || [];
  return html`<${Screen} title=${t("why_idle")} voice="idle">
    ${reasons.map((sentence) => html`<p class="card">${sentence}</p>`)}
    <${Go} to="/off" icon="day">${t("days_off")}<//><${Go} to="/learn" icon="learn">${t("learn")}<//><${Go} to="/call/idle" icon="call" look="go">${t("call_me")}<//><//>`;
}
