// The same states as a table, for whoever cannot or will not read a chart.

import { celsius, count, mass, missing, percent, weight } from "./format.js";

const COLUMNS = [
  ["Weight", "hindsight_weight_g", weight], ["SD", "hindsight_weight_sd_g", weight], ["Plan", "plan_mean_weight_g", weight],
  ["Fish", "hindsight_count", count], ["SD", "hindsight_count_sd", count], ["Ledger", "count", count],
  ["Biomass", "hindsight_biomass_kg", mass], ["SD", "hindsight_biomass_sd_kg", mass], ["Temperature", "temperature_c", celsius],
  ["Deaths", "deaths", count], ["Weekly mortality", "mortality_pct_week", percent], ["Feed", "feed_kg", mass],
];
const KNOWN = [
  ["Weight at the time", "mean_weight_g", weight], ["SD", "mean_weight_sd_g", weight],
  ["Fish at the time", "count_estimate", count], ["SD", "count_sd", count],
  ["Biomass at the time", "biomass_kg", mass], ["SD", "biomass_sd_kg", mass],
];

export function fillTable(holder, frame, [min, max], { known }) {
  const columns = known ? [...COLUMNS, ...KNOWN] : COLUMNS;
  const head = columns.map(([title]) => `<th scope="col" class="number">${title}</th>`).join("");
  const rows = [];
  frame.x.forEach((at, i) => { if (at >= min && at <= max) rows.push(row(frame, i, columns)); });
  holder.innerHTML = `<table><caption class="unseen">States in the range shown</caption>
    <thead><tr><th scope="col">Date</th><th scope="col" class="number">Day</th>${head}<th scope="col">Based on</th></tr></thead>
    <tbody>${rows.join("")}</tbody></table>`;
}

function row(frame, i, columns) {
  const cells = columns.map(([, name, format]) => {
    const value = frame.value(name, i);
    return `<td class="number">${missing(value) ? "" : format(value)}</td>`;
  });
  return `<tr><th scope="row">${frame.label(i)}</th><td class="number">${frame.dayNumber(i)}</td>${cells.join("")}
    <td>${frame.provenance(i).join(", ")}</td></tr>`;
}
