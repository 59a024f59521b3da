// The values at the cursor, for the eye and for the ear.

import { between, celsius, count, longDate, mass, missing, percent, ratio, roughly, shortDate, signed, weight } from "./format.js";
import { nameOf } from "./marks.js";

const ROWS = [
  { title: "Weight", best: "hindsight_weight_g", known: "mean_weight_g", plan: "plan_mean_weight_g", off: "weight_pct", ahead: ["ahead_weight", "_g"], format: weight },
  { title: "Fish", best: "hindsight_count", known: "count_estimate", plan: "plan_count", off: "count_pct", ahead: ["ahead_count", ""], format: roughly },
  { title: "Ledger", best: "count", format: count },
  { title: "Biomass", best: "hindsight_biomass_kg", known: "biomass_kg", plan: "plan_biomass_kg", off: "biomass_pct", ahead: ["ahead_biomass", "_kg"], format: mass },
  { title: "Temperature", best: "temperature_c", format: celsius },
  { title: "Deaths", best: "deaths", format: count },
  { title: "Weekly mortality", best: "mortality_pct_week", format: percent },
  { title: "Feed", best: "feed_kg", format: mass },
  { title: (frame) => `FCR, ${frame.fcrDays} days`, best: "fcr", format: ratio },
];

const VERDICTS = { "bad record": "a bad record", "level shift": "a true shift of level", open: "not decided yet" };

export function readOut(holder, frame, index, { reach, known }) {
  const dated = (what, text) => (what.at === frame.x[index] ? text : `${shortDate(what.at)}: ${text}`);
  const ahead = isAhead(frame, index);
  const estimated = frame.isCarried(index) ? "carried forward" : "actual";
  const heads = [...(ahead ? ["P50", "P10 – P90"] : [estimated, "90 %"]), "plan"].map((text) => `<th>${text}</th>`).join("");
  const samples = frame.samplesNear(index, reach);
  holder.innerHTML = `
    <h2>${longDate(frame.x[index])}<small>${frame.span(index)}</small></h2>
    <table><thead><tr><th></th>${heads}</tr></thead><tbody>${ROWS.map((row) => figures(frame, index, row, { known, ahead })).join("")}</tbody></table>
    ${list("Events", frame.marksNear(index, reach).map((mark) => dated(mark, eventText(mark))))}
    ${list("Samples", samples.map((one) => dated(one, sampleText(one))))}
    ${samples.length ? '<button type="button" class="small" data-review>Review samples</button>' : ""}
    ${list("Based on", frame.provenance(index))}`;
}

export function spoken(frame, index, { known }) {
  const parts = [`${longDate(frame.x[index])}, ${frame.span(index)}`];
  for (const row of ROWS.filter((one) => one.plan)) {
    const best = figure(frame, index, estimate(row.best), row.format);
    if (best) parts.push(`${row.title} ${best.value}, between ${best.between}`);
    const then = known && figure(frame, index, estimate(row.known), row.format);
    if (then) parts.push(`as estimated at the time ${then.value}, between ${then.between}`);
    const later = figure(frame, index, forecast(row.ahead), row.format);
    if (later) parts.push(`forecast: ${row.title} ${later.value}, between ${later.between}`);
  }
  const plan = frame.value("plan_mean_weight_g", index);
  if (!missing(frame.value("temperature_c", index))) parts.push(celsius(frame.value("temperature_c", index)));
  if (!missing(plan)) parts.push(`plan ${weight(plan)}`);
  return [...parts, ...frame.marksNear(index, 0).map(eventText), ...frame.provenance(index)].join("; ");
}

export function eventText(mark) {
  if (mark.kind === "flag") return flagText(mark);
  const many = mark.containers > 1 ? `${mark.containers} containers` : "";
  const fish = missing(mark.count) ? "" : `${count(mark.count)} fish`;
  const heavy = missing(mark.mean_weight_g) ? "" : weight(mark.mean_weight_g);
  return [`${nameOf(mark)}: ${mark.what}`, fish, heavy, many].filter(Boolean).join(", ");
}

const flagText = (flag) => `${nameOf(flag)}: ${flag.record} of ${weight(flag.measured_g)} in ${flag.container} where `
  + `${weight(flag.expected_g)} was expected, ${Math.abs(flag.sigmas)} σ off; ${VERDICTS[flag.verdict]}`;

function sampleText(sample) {
  const how = sample.selection === 0 ? "" : sample.selection < 0 ? "smallest fish" : "largest fish";
  const spread = missing(sample.sd_g) ? "" : `SD ${weight(sample.sd_g)}`;
  const where = sample.containers > 1 ? `in ${sample.containers} containers` : "";
  const aside = sample.set_aside ? `excluded: ${sample.set_aside}` : "";
  return [weight(sample.mean_weight_g), spread, `${count(sample.fish)} weighed ${where}`.trim(), how, aside].filter(Boolean).join(", ");
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
    ${then ? `<tr class="known"><th scope="row">at the time</th>${cells("", then)}<td></td></tr>` : ""}`;
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
