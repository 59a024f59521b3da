// Actual less planned on the newest date that has both, on the numbers that the charts draw.

import { day, mass, missing, roughly, signed, weight } from "./format.js";

const ROWS = [["Weight", "weight_g", "weight_pct", weight], ["Biomass", "biomass_kg", "biomass_pct", mass], ["Fish", "count", "count_pct", roughly]];

export function showVariance(section, against) {
  section.hidden = !against;
  if (!against) return;
  const rows = ROWS.filter(([, name]) => !missing(against[name])).map(([title, name, part, format]) =>
    row(title, `${against[name] < 0 ? "−" : "+"}${format(Math.abs(against[name]))}`, signed(against[part])));
  const ahead = missing(against.days) ? row("Time", "", "beyond the plan")
    : row("Time", `${Math.abs(Math.round(against.days))} days`, against.days < 0 ? "behind" : "ahead");
  section.innerHTML = `<h2>Vs plan <small>${day(against.date)}</small></h2><table><tbody>${rows.join("")}${ahead}</tbody></table>`;
}

const row = (title, value, relative) => `<tr><th scope="row">${title}</th><td>${value}</td><td>${relative}</td></tr>`;
