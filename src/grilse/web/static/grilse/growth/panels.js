// What each chart shows. A line belongs to a key of the legend; its colour is a variable of the style sheet.

import { axis } from "./format.js";
import { gettext } from "../texts.js";

export const LEGEND = [
  { key: "actual", title: gettext("Actual"), colour: "--actual", swatch: "line" },
  { key: "carried", title: gettext("Carried forward"), colour: "--actual", swatch: "dashed" },
  { key: "band", title: gettext("90 % band"), colour: "--actual-band", swatch: "area" },
  { key: "plan", title: gettext("Plan"), colour: "--plan", swatch: "line" },
  { key: "ahead", title: gettext("Forecast"), colour: "--ahead", swatch: "line" },
  { key: "samples", title: gettext("Weight samples"), colour: "--sample", swatch: "dot" },
  { key: "events", title: gettext("Events"), colour: "--mark", swatch: "diamond" },
  { key: "ledger", title: gettext("Ledger count"), colour: "--mark", swatch: "line" },
  { key: "temperature", title: gettext("Temperature"), colour: "--water", swatch: "line" },
  { key: "mortality", title: gettext("Weekly mortality"), colour: "--dead", swatch: "line" },
];

// Two lines that nobody sees, and the colour between them.
const band = (key, high, low, colour) => [
  { key, column: high, edge: colour },
  { key, column: low, edge: colour },
];

const estimated = (best, known) => [
  ...band("band", `${best}_high`, `${best}_low`, "--actual-band"),
  ...band("known", `${known}_high`, `${known}_low`, "--known-band"),
];

const quantile = ([name, unit], p) => `ahead_${name}_p${p}${unit}`;

const ahead = (name, unit = "") => [
  ...band("ahead", quantile([name, unit], 90), quantile([name, unit], 10), "--ahead-band"),
  { key: "ahead", column: quantile([name, unit], 50), colour: "--ahead", width: 2, dash: [6, 4] },
];

// Days without records are dashed.
const recorded = (key, name, colour, width, carried = key) => [
  { key: carried, column: `${name}_carried`, colour, width, dash: [3, 4] },
  { key, column: `${name}_recorded`, colour, width },
];

const lines = (best, known) => [
  ...recorded("known", known, "--known", 1.2),
  ...recorded("actual", best, "--actual", 2, "carried"),
];

export const PANELS = [
  {
    id: "weight", title: gettext("Mean weight"), height: 330, ticks: axis.weight, lane: true, grows: true,
    lines: [...estimated("hindsight_weight_g", "mean_weight_g"),
      { key: "samples", column: "sample_high", unseen: true },
      { key: "plan", column: "plan_mean_weight_g", colour: "--plan", width: 1.5 },
      ...ahead("weight", "_g"), ...lines("hindsight_weight_g", "mean_weight_g")],
  },
  {
    id: "count", title: gettext("Fish"), height: 132, ticks: axis.count,
    lines: [...estimated("hindsight_count", "count_estimate"),
      { key: "plan", column: "plan_count", colour: "--plan", width: 1.5 },
      { key: "ledger", column: "count", colour: "--mark", width: 1, dash: [4, 3] },
      ...ahead("count"), ...lines("hindsight_count", "count_estimate")],
  },
  {
    id: "biomass", title: gettext("Biomass"), height: 132, ticks: axis.mass, grows: true,
    lines: [...estimated("hindsight_biomass_kg", "biomass_kg"),
      { key: "plan", column: "plan_biomass_kg", colour: "--plan", width: 1.5 },
      ...ahead("biomass", "_kg"), ...lines("hindsight_biomass_kg", "biomass_kg")],
  },
  {
    id: "temperature", title: gettext("Temperature"), height: 104, ticks: axis.celsius, key: "temperature", loose: true,
    lines: recorded("temperature", "temperature_c", "--water", 1.5),
  },
  {
    id: "mortality", title: gettext("Weekly mortality, %"), height: 128, ticks: axis.percent, key: "mortality",
    lines: [{ key: "mortality", column: "mortality_pct_week", colour: "--dead", width: 1.5, filled: true }],
  },
];
