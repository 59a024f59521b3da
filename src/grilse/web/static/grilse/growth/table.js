// The states in the range shown as a table: one unit a column, totals, and a file of the same rows.

import { day, missing, plain } from "./format.js";
import { gettext } from "../texts.js";

const COLUMNS = [
  [gettext("Weight, g"), "hindsight_weight_g"], [gettext("SD, g"), "hindsight_weight_sd_g"], [gettext("Plan, g"), "plan_mean_weight_g"],
  [gettext("Fish"), "hindsight_count"], [gettext("SD"), "hindsight_count_sd"], [gettext("Ledger"), "count"],
  [gettext("Biomass, kg"), "hindsight_biomass_kg"], [gettext("SD, kg"), "hindsight_biomass_sd_kg"], [gettext("Temperature, °C"), "temperature_c"],
  [gettext("Deaths"), "deaths", "sum"], [gettext("Weekly mortality, %"), "mortality_pct_week"], [gettext("Feed, kg"), "feed_kg", "sum"],
];
const KNOWN = [
  [gettext("Weight at the time, g"), "mean_weight_g"], [gettext("SD, g"), "mean_weight_sd_g"],
  [gettext("Fish at the time"), "count_estimate"], [gettext("SD"), "count_sd"],
  [gettext("Biomass at the time, kg"), "biomass_kg"], [gettext("SD, kg"), "biomass_sd_kg"],
];

export class Table {
  constructor(holder, name) {
    this.holder = holder;
    this.name = name;
    holder.addEventListener("click", (event) => { if (event.target.closest("[data-download]")) this.download(); });
  }

  fill(frame, [min, max], { known }) {
    const fcr = [gettext("FCR, {days} days", { days: frame.fcrDays }), "fcr"];
    this.columns = [...COLUMNS, fcr, ...(known ? KNOWN : [])];
    this.frame = frame;
    this.shown = frame.x.flatMap((at, i) => (at >= min && at <= max ? [i] : []));
    const head = this.columns.map(([title]) => `<th scope="col" class="number">${title}</th>`).join("");
    this.holder.querySelector("div").innerHTML = `<table><caption class="unseen">${gettext("States in the range shown")}</caption>
      <thead><tr><th scope="col">${gettext("Date")}</th><th scope="col" class="number">${gettext("Day")}</th>${head}<th scope="col">${gettext("Based on")}</th></tr></thead>
      <tbody>${this.shown.map((i) => this.row(i)).join("")}</tbody>
      <tfoot><tr><th scope="row" colspan="2">${gettext("Total")}</th>${this.totals().join("")}<td></td></tr></tfoot></table>`;
  }

  row(i) {
    const { frame } = this;
    const cells = this.columns.map(([, name]) => cell(frame.value(name, i)));
    return `<tr${frame.isCarried(i) ? ' class="carried"' : ""}><th scope="row">${day(frame.label(i))}</th>${cell(frame.dayNumber(i))}${cells.join("")}
      <td>${frame.provenance(i).join(", ")}</td></tr>`;
  }

  totals() {
    return this.columns.map(([, name, total]) => cell(total && this.shown.reduce((sum, i) => sum + (this.frame.value(name, i) ?? 0), 0)));
  }

  // The rows as shown, with dates and numbers as programs read them.
  download() {
    const { frame } = this;
    const head = [gettext("Date"), gettext("Day"), ...this.columns.map(([title]) => title), gettext("Based on")];
    const rows = this.shown.map((i) => [
      frame.label(i), frame.dayNumber(i), ...this.columns.map(([, name]) => frame.value(name, i)), frame.provenance(i).join("; "),
    ]);
    const text = [head, ...rows].map((row) => row.map(quote).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }));
    link.download = `${this.name} ${frame.label(this.shown[0])} ${frame.label(this.shown.at(-1))}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  }
}

const cell = (value) => `<td class="number">${missing(value) ? "" : plain(value)}</td>`;
const quote = (value) => (missing(value) ? "" : /[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
