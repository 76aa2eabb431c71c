// A technique, step by step: a picture, a few words, a voice.
import { html } from "htm/preact";
import { Icon } from "../icons.js";
import { Picture } from "../parts/pictures.js";
import { Empty, Go, Missing, Press, Screen } from "../parts/screen.js";
import { act, go, list, row, unsent } from "../state.js";
import { t } from "../words.js";

/** The steps (1, 2, …) she has done, those not confirmed yet among them. */
function done(id, tech) {
  const sent = unsent().filter((one) => one.type === "learn_step" && one.args.tech === id);
  return new Set([...(tech.done || []), ...sent.map((one) => one.args.step)]);
}

/** The first step she has not done. */
function next(id, tech) {
  const known = done(id, tech);
  const at = (tech.steps || []).findIndex((_, i) => !known.has(i + 1));
  return tech.mine || at < 0 ? 0 : at;
}

export function Learn() {
  const all = list("tech");
  return html`<${Screen} title=${t("learn")} voice="learn" back="/me">
    ${all.length === 0 && html`<${Empty} icon="learn" title=${t("nothing_to_learn")} />`}
    ${all.map(({ id, d }) => html`<a class="card" href="#/learn/${id}/${next(id, d)}"><${Icon} name=${d.mine ? "check" : "learn"} /><span><b>${d.n}</b><small>${d.mine ? t("you_can") : t("steps_done", { n: done(id, d).size, of: (d.steps || []).length })}</small></span><${Icon} name="next" /></a>`)}<//>`;
}

export function Lesson({ id, step }) {
  const found = row("tech", id);
  if (!found) return html`<${Missing} voice="learn" />`;
  const tech = found.d;
  const steps = tech.steps || [];
  const at = Math.min(Number(step), steps.length);
  const [text, sha, audio] = steps[at] || [];
  const forward = () => {
    const to = at + 1 < steps.length ? `/learn/${id}/${at + 1}` : "/learn";
    if (tech.mine || done(id, tech).has(at + 1)) return go(to);
    return act("learn_step", { tech: id, step: at + 1 }, { base: found.v, then: to, said: "" });
  };
  return html`<${Screen} title=${tech.n} voice=${audio || `lesson-${id}-${at + 1}`} about="lesson" back="/learn" foot=${html`<${Press} look="go" icon="check" on=${forward}>${t("understood")}<//>`}>
    <p class="hint">${t("step_of", { n: at + 1, of: steps.length })}</p>
    ${sha && html`<${Picture} key=${sha} sha=${sha} width=${480} big alt="" />`}<p class="big">${text}</p>
    ${at === 0 && (tech.safety || []).map((line) => html`<p class="note wait"><${Icon} name="alert" />${line}</p>`)}
    ${at > 0 && html`<${Go} to="/learn/${id}/${at - 1}" icon="back">${t("back")}<//>`}<//>`;
}
