// The screens of some days: learning, settings, money asked for, objections. Their file comes after the first one.
import { h } from "htm/preact";
import { Done, Idle } from "./screens/lists.js";
import { Learn, Lesson } from "./screens/learn.js";
import { Consent, Language, Me, Off, Quiet, Told } from "./screens/me.js";
import { Call, Messages } from "./screens/messages.js";
import { Advance, Faulty, Pay } from "./screens/pay.js";
import { Phone } from "./screens/phone.js";
import { ChangePin, NewPin } from "./screens/pin.js";
import { Counter, Steps } from "./screens/terms.js";
import { Appeal, Contest, Incoming, Material, Result } from "./screens/verdicts.js";
import { HandIn } from "./screens/work.js";

export const SCREENS = {
  first: () => h(NewPin, { first: true }),
  done: () => h(Done),
  idle: () => h(Idle),
  offer: (id) => h(Counter, { id }),
  steps: (k, id) => h(Steps, { k, id }),
  mend: (id) => h(HandIn, { id, rework: true }),
  material: (id, issue) => h(Material, { id, issue }),
  in: (id) => h(Incoming, { id }),
  result: (id, inspection) => h(Result, { id, inspection }),
  appeal: (id, inspection) => h(Appeal, { id, inspection }),
  moved: (id) => h(Contest, { k: "work", id }),
  act: (id) => h(Contest, { k: "act", id }),
  pay: () => h(Pay),
  advance: () => h(Advance),
  cor: (id) => h(Faulty, { id }),
  messages: () => h(Messages),
  call: (about) => h(Call, { about }),
  learn: (id, step) => (id ? h(Lesson, { id, step: step || 0 }) : h(Learn)),
  me: () => h(Me),
  off: () => h(Off),
  quiet: () => h(Quiet),
  language: () => h(Language),
  told: () => h(Told),
  consent: () => h(Consent),
  pin: () => h(NewPin),
  newpin: () => h(ChangePin),
  phone: () => h(Phone),
};
