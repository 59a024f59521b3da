// What a run says, in words: when the target is reached, the risks, and how it stood against what came.

import { day, missing, percent, signed, weight } from "./format.js";
import { gettext } from "../texts.js";

const MEASURES = { weight: gettext("weight"), count: gettext("count"), biomass: gettext("biomass") };

export function tell(list, run) {
  list.replaceChildren(...(run ? [target(run), ...risks(run), ...run.came.map(came), made(run)] : []));
}

function target({ target: { weight_g: grams, p10, p50, p90, chance }, last }) {
  const beyond = gettext("after {day}", { day: day(last) });
  const reached = missing(chance) ? "" : `; ${gettext("by {day} with {chance}", { day: day(last), chance: percent(100 * chance) })}`;
  return fact(gettext("{weight} reached", { weight: weight(grams) }), p50 ? day(p50) : beyond, `${p10 ? day(p10) : beyond} – ${p90 ? day(p90) : beyond}${reached}`);
}

const risks = (run) => [
  risk(gettext("Too dense"), run, "dense_chance", gettext("a container above its density limit")),
  risk(gettext("Area too full"), run, "full_chance", gettext("a sea area above its biomass limit")),
];

// Without harvest, so the chance is highest late: the first day on which it is even says when.
function risk(title, run, name, what) {
  const highest = Math.max(...run[name]);
  const even = run[name].findIndex((chance) => chance >= 0.5);
  const when = even < 0 ? gettext("{what}, at most until {day}", { what, day: day(run.last) }) : gettext("{what}; even chance from {day}", { what, day: dateAt(run, even) });
  return fact(title, percent(100 * highest), when);
}

function came({ days, date, off, inside }) {
  const labels = Object.entries(MEASURES).map(([name, title]) => `${title} ${signed(100 * off[name])}${inside[name] ? "" : " *"}`);
  const outside = Object.values(inside).every(Boolean) ? "" : `; ${gettext("* outside P10 – P90")}`;
  return fact(gettext("After {days} days", { days }), gettext("{share} off", { share: signed(100 * off.weight) }), `${gettext("{day}, P50 over what came: {figures}", { day: day(date), figures: labels.join(", ") })}${outside}`);
}

const made = (run) => fact(gettext("Run"), gettext("{number} futures", { number: run.members }), gettext("from what was known on {day}; {model}; without harvest", { day: day(run.as_of), model: run.model }));

function fact(title, value, more) {
  const row = document.createElement("div");
  row.append(text("dt", title), text("dd", value));
  row.lastChild.append(text("small", more));
  return row;
}

function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

const dateAt = (run, i) => day(new Date(Date.parse(run.first) + i * run.step * 86400e3).toISOString().slice(0, 10));
