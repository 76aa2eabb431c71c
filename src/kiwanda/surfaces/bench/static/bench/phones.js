"use strict";
// The phone bench: draws what the server says is on the phones, sends what the visitor does. No state of its own but
// what is half typed.
(() => {
  const main = document.querySelector("main[data-state]");
  if (!main) return;
  const get = (id) => document.getElementById(id);
  const typed = get("pb-typed");
  const csrf = document.cookie.match(/(?:^|; )(?:csrftoken|kiwanda_csrf)=([^;]+)/);
  let mode = "ussd", open = false, seen = null, shown = {}, busy = false;

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const once = (key, value, draw) => {
    const text = JSON.stringify(value);
    if (shown[key] === text) return;
    shown[key] = text;
    draw(value);
  };
  const toEnd = (node) => { node.scrollTop = node.scrollHeight; };

  const draw = (state) => {
    open = state.ussd.open;
    get("pb-clock").textContent = state.clock;
    get("pb-offers").textContent = state.offers;
    get("pb-work").textContent = state.work;
    once("ussd", state.ussd, (ussd) => { if (ussd.screen) get("pb-ussd").textContent = ussd.screen; });
    once("sms", state.sms, (rows) => {
      const box = get("pb-sms");
      box.replaceChildren(...rows.map((row) => {
        const item = make("div", row.out ? "" : "mine", row.text);
        item.prepend(make("time", "", row.at));
        return item;
      }));
      toEnd(box);
      const count = get("pb-sms-count"), incoming = rows.filter((row) => row.out).length;
      if (mode === "sms" || count.dataset.read === undefined) count.dataset.read = incoming;
      count.textContent = incoming - count.dataset.read;
      count.hidden = incoming <= Number(count.dataset.read);
    });
    once("whatsapp", state.whatsapp, (rows) => {
      const box = get("pb-wa");
      box.replaceChildren(...rows.map((row) => {
        const item = make("div", `pb-bubble${row.out ? "" : " mine"}${row.earlier ? " earlier" : ""}`, row.text);
        if (row.taps.length) {
          const taps = make("div", "pb-taps");
          row.taps.forEach((tap) => {
            const button = make("button", "", tap.title);
            button.type = "button";
            button.addEventListener("click", () => act({ what: "tap", bubble: row.bubble, id: tap.id }));
            taps.append(button);
          });
          item.append(taps);
        }
        item.append(make("time", "", row.at));
        return item;
      }));
      toEnd(box);
    });
    once("events", state.events, (rows) => {
      get("pb-events").replaceChildren(...rows.map((row) => {
        const item = make("li", seen !== null && row.key > seen ? "fresh" : "");
        item.append(make("span", "", row.text), make("small", "", row.at));
        const by = make("span", "by");
        by.append(make("span", `pb-chip ${row.channel}`, row.channel));
        item.append(by);
        return item;
      }));
      seen = rows.length ? rows[0].key : seen;
    });
    once("wire", state.wire, (rows) => get("pb-wire").replaceChildren(...rows.map((row) => {
      const item = make("li");
      item.append(make("b", row.status === 200 ? "" : "bad", row.status || "—"),
        make("span", "", `POST ${row.path}${row.signed ? " ✓" : ""}${row.again ? " ↻" : ""}`), make("i", "", `${row.ms} ms`));
      return item;
    })));
    get("pb-doubled").checked = state.network.doubled;
    get("pb-lost").checked = state.network.lost;
    if (document.activeElement !== get("pb-delay")) get("pb-delay").value = String(state.network.delay);
    document.querySelectorAll("[data-prefer]").forEach((button) => button.setAttribute(
      "aria-pressed", String(button.dataset.channel.split(" ").includes(state.channel))));
  };

  const ask = async (url, options) => {
    const answer = await fetch(url, { headers: { Accept: "application/json", ...(options && { "X-CSRFToken": csrf ? decodeURIComponent(csrf[1]) : "" }) }, ...options });
    if (answer.ok) draw(await answer.json());
  };
  const act = async (fields) => {
    if (busy) return;
    busy = true;
    main.classList.add("busy");
    try { await ask(main.dataset.do, { method: "POST", body: new URLSearchParams(fields) }); } catch { /* drawn anew in a second */ }
    busy = false;
    main.classList.remove("busy");
  };

  const choose = (name) => {
    mode = name;
    document.querySelectorAll("[data-mode]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.mode === name)));
    get("pb-ussd").hidden = name !== "ussd";
    get("pb-sms").hidden = name !== "sms";
    if (name === "sms") { const count = get("pb-sms-count"); count.hidden = true; delete count.dataset.read; toEnd(get("pb-sms")); }
  };
  const send = () => {
    const text = typed.value.trim();
    typed.value = "";
    if (mode === "sms") { if (text) act({ what: "sms", text }); return; }
    act(open && text ? { what: "send", text } : { what: "dial" });
  };
  document.querySelectorAll("[data-key]").forEach((button) => button.addEventListener("click", () => {
    const key = button.dataset.key;
    if (key === "call") send();
    else if (key === "del") typed.value = typed.value.slice(0, -1);
    else if (key === "end") { typed.value = ""; get("pb-ussd").textContent = ""; shown.ussd = ""; act({ what: "hang_up" }); }
    else typed.value += key;
  }));
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); send(); } });
  document.querySelectorAll("[data-mode]").forEach((b) => b.addEventListener("click", () => choose(b.dataset.mode)));
  document.querySelectorAll("[data-prefer]").forEach((b) => b.addEventListener("click", () => act({ what: "prefer", text: b.dataset.prefer })));
  get("pb-wa-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = get("pb-wa-text"), text = field.value.trim();
    field.value = "";
    if (text) act({ what: "whatsapp", text });
  });
  ["pb-doubled", "pb-lost", "pb-delay"].forEach((id) => get(id).addEventListener("change", () => act({
    what: "network", doubled: get("pb-doubled").checked ? 1 : 0, lost: get("pb-lost").checked ? 1 : 0, delay: get("pb-delay").value,
  })));
  get("artisan").addEventListener("change", (event) => event.target.form.submit());
  const tabs = document.querySelectorAll("[data-tab]"), panes = document.querySelectorAll("[data-pane]");
  const tab = (name) => {
    tabs.forEach((t) => t.setAttribute("aria-selected", String(t.dataset.tab === name)));
    panes.forEach((p) => p.classList.toggle("shown", p.dataset.pane === name));
  };
  tabs.forEach((t) => t.addEventListener("click", () => tab(t.dataset.tab)));
  tab("feature");
  const round = async () => {
    if (!document.hidden && !busy) { try { await ask(main.dataset.state); } catch { /* the next round asks again */ } }
    setTimeout(round, 1500);
  };
  round();
})();
