// Choosing the PIN that locks this phone.
import { html, useState } from "htm/preact";
import { ownDb, put } from "../core/db.js";
import { Icon } from "../icons.js";
import { setLock, unlock } from "../parts/lock.js";
import { Go, Press, Screen } from "../parts/screen.js";
import { act, enter, go, load, state, unsent } from "../state.js";
import { t } from "../words.js";
import { Pad } from "./login.js";

/** What the server refuses too. */
const EASY = /^(\d)\1{3}$|1234|4321/;

/** Choose a PIN, or write the one she has already on another phone. Both lock this phone. */
export function NewPin({ back = "/me", first }) {
  const [once, setOnce] = useState("");
  const [pin, setPin] = useState("");
  const [fault, setFault] = useState("");
  const mine = state.rows.get(`me ${state.account.id}`)?.d;
  // The hub may have taken it away since this phone logged in.
  const known = mine ? mine.pin || unsent().some((one) => one.type === "set_pin") : state.meta.pin_known;
  const typed = async (next) => {
    setPin(next.slice(0, 4));
    setFault("");
    if (next.length < 4) return;
    setPin("");
    if (!known && EASY.test(next)) return setFault(t("pin_easy"));
    if (!once) return setOnce(next);
    setOnce("");
    if (once !== next) return setFault(t("pin_differs"));
    await setLock(state.account.id, next);
    if (known) return load().then(() => go("/"));
    return act("set_pin", { pin: next }, { said: t("pin_done") });
  };
  const skip = async () => {
    await put(await ownDb(state.account.id), "meta", true, "no_lock");
    await enter(state.account);
  };
  return html`<${Screen} title=${t("pin")} voice="new-pin" back=${back} tab=${first ? "none" : null} about="pin">
    ${fault && html`<p class="note bad" role="alert"><${Icon} name="alert" />${fault}</p>`}
    <p class="center">${t(once ? "pin_again" : known ? "pin_yours" : "pin_choose")}</p><${Pad} value=${pin} set=${typed} />
    ${known && !first && html`<${Go} to="/newpin" icon="mend">${t("pin_change")}<//>`}
    ${first && html`<${Press} icon="next" on=${skip}>${t("later")}<//>`}<//>`;
}

/** Another PIN, for this phone's lock and for money: first the one of today, then the new one twice. */
export function ChangePin() {
  const [old, setOld] = useState("");
  const [once, setOnce] = useState("");
  const [pin, setPin] = useState("");
  const [fault, setFault] = useState("");
  const typed = async (next) => {
    setPin(next.slice(0, 4));
    setFault("");
    if (next.length < 4) return;
    setPin("");
    if (!old) {
      const wrong = await unlock(state.account.id, next);
      return wrong ? setFault(t(`pin_${wrong}`)) : setOld(next);
    }
    if (EASY.test(next)) return setFault(t("pin_easy"));
    if (!once) return setOnce(next);
    setOnce("");
    if (once !== next) return setFault(t("pin_differs"));
    await setLock(state.account.id, next);
    return act("change_pin", { old, pin: next }, { said: t("pin_done") });
  };
  return html`<${Screen} title=${t("pin_change")} voice="change-pin" back="/pin" about="pin">
    ${fault && html`<p class="note bad" role="alert"><${Icon} name="alert" />${fault}</p>`}
    <p class="center">${t(!old ? "pin_yours" : once ? "pin_again" : "pin_choose")}</p><${Pad} value=${pin} set=${typed} /><//>`;
}
