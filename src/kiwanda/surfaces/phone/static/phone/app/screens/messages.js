// What was written to her, and "call me back" for whatever does not fit a screen.
import { html, useEffect } from "htm/preact";
import { Icon } from "../icons.js";
import { Empty, Press, Screen, Tag } from "../parts/screen.js";
import { act, list, row, unread, unsent } from "../state.js";
import { moment, t } from "../words.js";

const PLACES = { offer: "offer", work: "work", work_order: "work", in: "in", hand_in: "in", act: "act", action: "act", correction: "cor" };
const KINDS = { work_order: "work", hand_in: "in", action: "act", correction: "cor" };

/** Where a message leads, if that is on this phone. */
function place({ k, s }) {
  return PLACES[k] && row(KINDS[k] || k, s) ? `/${PLACES[k]}/${s}` : "";
}

export function Messages() {
  const all = list("msg").sort((a, b) => b.d.at - a.d.at);
  const fresh = unread().map((one) => one.id);
  useEffect(() => {
    if (fresh.length) act("read_messages", { ids: fresh.slice(0, 50) }, { then: null, said: "" });
  }, [fresh.length > 0]);
  return html`<${Screen} title=${t("tab_messages")} voice="messages" tab="/messages">
    ${all.length === 0 && html`<${Empty} icon="message" title=${t("no_messages")} />`}
    ${all.map(({ id, d }) => {
      const to = place(d);
      const inside = html`<${Icon} name=${d.read ? "message" : "bell"} /><span>${d.b}<small>${moment(d.at)}</small></span>${to && html`<${Icon} name="next" />`}`;
      return to ? html`<a key=${id} class="card" href="#${to}">${inside}</a>` : html`<div key=${id} class="card">${inside}</div>`;
    })}<//>`;
}

export function Call({ about }) {
  const asked = unsent().some((one) => one.type === "request_call");
  const send = () => act("request_call", { about: about || "" }, { then: "/call/sent", said: "" });
  const sent = about === "sent";
  return html`<${Screen} title=${t("call_me")} voice="call" about="call">
    <${Empty} icon="call" title=${t(sent || asked ? "call_asked" : "call_ask")}>${t("call_more")}<//>
    ${asked ? html`<p class="center"><${Tag} kind="wait">${t("waiting")}<//></p>` : !sent && html`<${Press} look="go" icon="call" on=${send}>${t("call_yes")}<//>`}<//>`;
}
