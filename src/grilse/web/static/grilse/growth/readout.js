// The values at the cursor, for the eye and for the ear.

import { between, celsius, count, longDate, mass, missing, percent, ratio, roughly, shortDate, signed, weight } from "./format.js";
import { nameOf } from "./marks.js";
import { decimals, gettext, wordOf } from "../texts.js";

const ROWS = [
  { title: gettext("Weight"), best: "hindsight_weight_g", known: "mean_weight_g", plan: "plan_mean_weight_g", off: "weight_pct", ahead: ["ahead_weight", "_g"], format: weight },
  { title: gettext("Fish"), best: "hindsight_count", known: "count_estimate", plan: "plan_count", off: "count_pct", ahead: ["ahead_count", ""], format: roughly },
  { title: gettext("Ledger"), best: "count", format: count },
  { title: gettext("Biomass"), best: "hindsight_biomass_kg", known: "biomass_kg", plan: "plan_biomass_kg", off: "biomass_pct", ahead: ["ahead_biomass", "_kg"], format: mass },
  { title: gettext("Temperature"), best: "temperature_c", format: celsius },
  { title: gettext("Deaths"), best: "deaths", format: count },
  { title: gettext("Weekly mortality"), best: "mortality_pct_week", format: percent },
  { title: gettext("Feed"), best: "feed_kg", format: mass },
  { title: (frame) => gettext("FCR, {days} days", { days: frame.fcrDays }), best: "fcr", format: ratio },
];

const VERDICTS = { "bad record": gettext("a bad record"), "level shift": gettext("a true shift of level"), open: gettext("not decided yet") };

export function readOut(holder, frame, index, { reach, known }) {
  const dated = (what, text) => (what.at === frame.x[index] ? text : `${shortDate(what.at)}: ${text}`);
  const ahead = isAhead(frame, index);
  const estimated = frame.isCarried(index) ? gettext("carried forward") : gettext("actual");
  const heads = [...(ahead ? ["P50", "P10 – P90"] : [estimated, "90 %"]), gettext("plan")].map((text) => `<th>${text}</th>`).join("");
  const samples = frame.samplesNear(index, reach);
  holder.innerHTML = `
    <h2>${longDate(frame.x[index])}<small>${frame.span(index)}</small></h2>
    <table><thead><tr><th></th>${heads}</tr></thead><tbody>${ROWS.map((row) => figures(frame, index, row, { known, ahead })).join("")}</tbody></table>
    ${list(gettext("Events"), frame.marksNear(index, reach).map((mark) => dated(mark, eventText(mark))))}
    ${list(gettext("Samples"), samples.map((one) => dated(one, sampleText(one))))}
    ${samples.length ? `<button type="button" class="small" data-review>${gettext("Review samples")}</button>` : ""}
    ${list(gettext("Based on"), frame.provenance(index))}`;
}

export function spoken(frame, index, { known }) {
  const parts = [`${longDate(frame.x[index])}, ${frame.span(index)}`];
  for (const row of ROWS.filter((one) => one.plan)) {
    const best = figure(frame, index, estimate(row.best), row.format);
    if (best) parts.push(gettext("{title} {value}, between {between}", { title: row.title, ...best }));
    const then = known && figure(frame, index, estimate(row.known), row.format);
    if (then) parts.push(gettext("as estimated at the time {value}, between {between}", then));
    const later = figure(frame, index, forecast(row.ahead), row.format);
    if (later) parts.push(gettext("forecast: {title} {value}, between {between}", { title: row.title, ...later }));
  }
  const plan = frame.value("plan_mean_weight_g", index);
  if (!missing(frame.value("temperature_c", index))) parts.push(celsius(frame.value("temperature_c", index)));
  if (!missing(plan)) parts.push(gettext("plan {weight}", { weight: weight(plan) }));
  return [...parts, ...frame.marksNear(index, 0).map(eventText), ...frame.provenance(index)].join("; ");
}

export function eventText(mark) {
  if (mark.kind === "flag") return flagText(mark);
  const many = mark.containers > 1 ? gettext("{number} containers", { number: mark.containers }) : "";
  const fish = missing(mark.count) ? "" : gettext("{number} fish", { number: count(mark.count) });
  const heavy = missing(mark.mean_weight_g) ? "" : weight(mark.mean_weight_g);
  return [`${nameOf(mark)}: ${wordOf(mark.what)}`, fish, heavy, many].filter(Boolean).join(", ");
}

const flagText = (flag) => gettext("{name}: {record} of {measured} in {container} where {expected} was expected, {sigmas} σ off; {verdict}", {
  name: nameOf(flag), record: wordOf(flag.record), measured: weight(flag.measured_g), container: flag.container,
  expected: weight(flag.expected_g), sigmas: decimals(String(Math.abs(flag.sigmas))), verdict: VERDICTS[flag.verdict],
});

function sampleText(sample) {
  const how = sample.selection === 0 ? "" : sample.selection < 0 ? gettext("smallest fish") : gettext("largest fish");
  const spread = missing(sample.sd_g) ? "" : gettext("SD {weight}", { weight: weight(sample.sd_g) });
  const fish = count(sample.fish);
  const weighed = sample.containers > 1 ? gettext("{fish} weighed in {number} containers", { fish, number: sample.containers }) : gettext("{fish} weighed", { fish });
  const aside = sample.set_aside ? gettext("excluded: {reason}", { reason: sample.set_aside }) : "";
  return [weight(sample.mean_weight_g), spread, weighed, how, aside].filter(Boolean).join(", ");
}

const isAhead = (frame, index) => missing(frame.value("hindsight_weight_g", index)) && !missing(frame.value("ahead_weight_p50_g", index));

// A value with its interval: of an estimate by its band, of a forecast by its quantiles.
const estimate = (name) => [name, `${name}_low`, `${name}_high`];
const forecast = ([name, unit]) => [50, 10, 90].map((p) => `${name}_p${p}${unit}`);

function figure(frame, index, names, format) {
  const [value, low, high] = names.map((name) => frame.value(name, index));
  if (missing(value)) return null;
  return { value: format(value), between: missing(low) ? "" : between(format, low, high), number: value };
}

function figures(frame, index, row, { known, ahead }) {
  const best = figure(frame, index, ahead && row.ahead ? forecast(row.ahead) : estimate(row.best), row.format);
  const then = known && row.known ? figure(frame, index, estimate(row.known), row.format) : null;
  const plan = row.plan ? frame.value(row.plan, index) : null;
  if (!best && missing(plan)) return "";
  const off = row.plan && best && plan && !frame.isCarried(index) ? `<small>${signed(offPlan(frame, index, row, best, plan))}</small>` : "";
  const planned = missing(plan) ? "" : row.format(plan);
  const title = typeof row.title === "function" ? row.title(frame) : row.title;
  return `<tr><th scope="row">${title}</th>${cells("is", best)}<td class="plan">${planned}${off}</td></tr>
    ${then ? `<tr class="known"><th scope="row">${gettext("at the time")}</th>${cells("", then)}<td></td></tr>` : ""}`;
}

// On the day of the variance as it is stated there: the columns here are rounded.
function offPlan(frame, index, row, best, plan) {
  const stated = frame.label(index) === frame.against?.date ? frame.against[row.off] : null;
  return missing(stated) ? 100 * (best.number / plan - 1) : stated;
}

const cells = (kind, one) => `<td class="${kind}">${one?.value ?? ""}</td><td class="between">${one?.between ?? ""}</td>`;

function list(title, texts) {
  if (!texts.length) return "";
  const items = texts.map((text) => `<li>${escape(text)}</li>`).join("");
  return `<h3>${title}</h3><ul>${items}</ul>`;
}

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
