// A form's values live through a killed page: they are kept before the camera opens and found again afterwards.
import { html, useState } from "htm/preact";
import { Icon } from "../icons.js";
import { keepDraft, state } from "../state.js";
import { t } from "../words.js";
import { shrink } from "./photo.js";
import { Choices } from "./screen.js";

/** [values, set(partial), photo field]. `path` names the draft and is where the app opens again. */
export function useForm(path, first) {
  const kept = state.drafts.get(path);
  const [values, setValues] = useState({ ...first, ...kept?.values });
  const [photo, setPhoto] = useState(kept?.photo);
  const [trouble, setTrouble] = useState(kept?.camera && !kept.photo ? "photo_again" : "");
  const set = (some) => setValues((before) => ({ ...before, ...some }));
  const before = () => keepDraft({ path, values, camera: true });
  const taken = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    setTrouble("photo_busy");
    try {
      const small = await shrink(file);
      await keepDraft({ path, values, photo: small });
      setPhoto(small);
      setTrouble("");
    } catch {
      setTrouble("photo_bad");
    }
  };
  const field = html`<div class="camera">
    <label class="press"><${Icon} name="camera" /><span>${t(photo ? "photo_other" : "photo")}</span>
      <input type="file" accept="image/*" capture="environment" onClick=${before} onChange=${taken} /></label>
    ${photo && html`<${Thumb} photo=${photo} />`}
    ${trouble && html`<p class="hint" role="status">${t(trouble)}</p>`}
  </div>`;
  return { values, set, photo, field, options: { photo, draft: path } };
}

function Thumb({ photo }) {
  const [url] = useState(() => URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" })));
  return html`<span class="thumb"><img class="pic" src=${url} alt=${t("photo_yours")} /><small>${Math.ceil(photo.size / 1024)} KB</small></span>`;
}

/** Ready reasons to press, and a line for her own words. */
export function Reason({ choices, value, set }) {
  const words = choices.map((key) => t(key));
  return html`<${Choices} options=${words.map((word) => [word, word])} chosen=${value} choose=${set} />
    <label for="reason">${t("own_words")}</label>
    <input id="reason" maxlength="200" autocomplete="off" value=${words.includes(value) ? "" : value} onInput=${(event) => set(event.target.value)} />`;
}
