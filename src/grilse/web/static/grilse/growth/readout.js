// The values at the cursor, for the eye and for the ear.

import { celsius, count, longDate, mass, missing, percent, ratio, shortDate, signed, weight } from "./format.js";
import { nameOf } from "./marks.js";

const ROWS = [
  { title: "Weight", value: "mean_weight_g", sd: "mean_weight_sd_g", plan: "plan_mean_weight_g", format: weight },
  { title: "Fish", value: "count_estimate", sd: "count_sd", plan: "plan_count", format: count },
  { title: "Ledger", value: "count", format: count },
  { title: "Biomass", value: "biomass_kg", sd: "biomass_sd_kg", plan: "plan_biomass_kg", format: mass },
  { title: "Temperature", value: "temperature_c", format: celsius },
  { title: "Deaths", value: "deaths", format: count },
  { title: "Deaths a week", value: "mortality_pct_week", format: percent },
  { title: "Feed", value: "feed_kg", format: mass },
  { title: "FCR", value: "fcr", format: ratio },
];

export function readOut(holder, frame, index, reach) {
  const dated = (what, text) => (what.at === frame.x[index] ? text : `${shortDate(what.at)}: ${text}`);
  const body = ROWS.map((row) => figures(frame, index, row)).join("");
  holder.innerHTML = `
    <h2>${longDate(frame.x[index])}<small>${dayText(frame, index)}</small></h2>
    <table><thead><tr><th></th><th>actual</th><th>SD</th><th>plan</th></tr></thead><tbody>${body}</tbody></table>
    ${list("Events", frame.marksNear(index, reach).map((mark) => dated(mark, eventText(mark))))}
    ${list("Samples", frame.samplesNear(index, reach).map((one) => dated(one, sampleText(one))))}
    ${list("Based on", frame.provenance(index))}`;
}

export function spoken(frame, index) {
  const actual = frame.value("mean_weight_g", index);
  const plan = frame.value("plan_mean_weight_g", index);
  const parts = [`${longDate(frame.x[index])}, ${dayText(frame, index)}`];
  if (!missing(actual)) {
    parts.push(`weight ${weight(actual)}, standard deviation ${weight(frame.value("mean_weight_sd_g", index))}`);
    parts.push(`${count(frame.value("count_estimate", index))} fish`, `biomass ${mass(frame.value("biomass_kg", index))}`);
    parts.push(celsius(frame.value("temperature_c", index)));
  }
  if (!missing(plan)) parts.push(`plan ${weight(plan)}`);
  return [...parts, ...frame.marksNear(index, 0).map(eventText), ...frame.provenance(index)].join("; ");
}

export function eventText(mark) {
  const many = mark.containers > 1 ? `${mark.containers} containers` : "";
  const fish = missing(mark.count) ? "" : `${count(mark.count)} fish`;
  const heavy = missing(mark.mean_weight_g) ? "" : weight(mark.mean_weight_g);
  return [`${nameOf(mark)}: ${mark.what}`, fish, heavy, many].filter(Boolean).join(", ");
}

function sampleText(sample) {
  const how = sample.selection === 0 ? "" : sample.selection < 0 ? "smallest fish" : "largest fish";
  const spread = missing(sample.sd_g) ? "" : `SD ${weight(sample.sd_g)}`;
  const where = sample.containers > 1 ? `in ${sample.containers} containers` : "";
  return [weight(sample.mean_weight_g), spread, `${count(sample.fish)} weighed ${where}`.trim(), how].filter(Boolean).join(", ");
}

const dayText = (frame, index) =>
  frame.step > 86400 ? `week to day ${frame.dayNumber(index)}` : `day ${frame.dayNumber(index)}`;

function figures(frame, index, row) {
  const actual = frame.value(row.value, index);
  const sd = row.sd ? frame.value(row.sd, index) : null;
  const plan = row.plan ? frame.value(row.plan, index) : null;
  if (missing(actual) && missing(plan)) return "";
  const ahead = row.value === "mean_weight_g" && actual && plan ? `<small>${signed(100 * (actual / plan - 1))}</small>` : "";
  return `<tr><th scope="row">${row.title}</th><td class="is">${row.format(actual)}</td>
    <td>${missing(sd) ? "" : row.format(sd)}</td><td class="plan">${missing(plan) ? "" : row.format(plan)}${ahead}</td></tr>`;
}

function list(title, texts) {
  if (!texts.length) return "";
  const items = texts.map((text) => `<li>${escape(text)}</li>`).join("");
  return `<h3>${title}</h3><ul>${items}</ul>`;
}

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
