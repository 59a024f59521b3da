// What a run says, in words: when the target is reached, the risks, and how it stood against what came.

import { day, missing, percent, signed, weight } from "./format.js";

export function tell(list, run) {
  list.replaceChildren(...(run ? [target(run), ...risks(run), ...run.came.map(came), made(run)] : []));
}

function target({ target: { weight_g: grams, p10, p50, p90, chance }, last }) {
  const beyond = `after ${day(last)}`;
  const reached = missing(chance) ? "" : `; by ${day(last)} with ${percent(100 * chance)}`;
  return fact(`${weight(grams)} reached`, p50 ? day(p50) : beyond, `${p10 ? day(p10) : beyond} – ${p90 ? day(p90) : beyond}${reached}`);
}

const risks = (run) => [
  risk("Too dense", run, "dense_chance", "a container above its density limit"),
  risk("Area too full", run, "full_chance", "a sea area above its biomass limit"),
];

// Without harvest, so the chance is highest late: the first day on which it is even says when.
function risk(title, run, name, what) {
  const highest = Math.max(...run[name]);
  const even = run[name].findIndex((chance) => chance >= 0.5);
  const when = even < 0 ? `${what}, at most until ${day(run.last)}` : `${what}; even chance from ${dateAt(run, even)}`;
  return fact(title, percent(100 * highest), when);
}

function came({ days, date, off, inside }) {
  const labels = ["weight", "count", "biomass"].map((name) => `${name} ${signed(100 * off[name])}${inside[name] ? "" : " *"}`);
  const outside = Object.values(inside).every(Boolean) ? "" : "; * outside P10 – P90";
  return fact(`After ${days} days`, `${signed(100 * off.weight)} off`, `${day(date)}, P50 over what came: ${labels.join(", ")}${outside}`);
}

const made = (run) => fact("Run", `${run.members} futures`, `from what was known on ${day(run.as_of)}; ${run.model}; without harvest`);

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
