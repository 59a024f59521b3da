// What each chart shows. A line belongs to a key of the legend; its colour is a variable of the style sheet.

import { axis } from "./format.js";

export const LEGEND = [
  { key: "actual", title: "Actual", colour: "--actual", swatch: "line" },
  { key: "band", title: "90 % band", colour: "--actual-band", swatch: "area" },
  { key: "plan", title: "Plan", colour: "--plan", swatch: "line" },
  { key: "samples", title: "Weight samples", colour: "--sample", swatch: "dot" },
  { key: "events", title: "Events", colour: "--mark", swatch: "diamond" },
  { key: "ledger", title: "Ledger count", colour: "--mark", swatch: "line" },
  { key: "temperature", title: "Temperature", colour: "--water", swatch: "line" },
  { key: "mortality", title: "Mortality", colour: "--dead", swatch: "line" },
];

const bandOf = (name) => [
  { key: "band", column: `${name}_high`, edge: true },
  { key: "band", column: `${name}_low`, edge: true },
];

export const PANELS = [
  {
    id: "weight", title: "Mean weight", height: 330, ticks: axis.weight, lane: true, grows: true,
    lines: [...bandOf("mean_weight_g"),
      { key: "samples", column: "sample_high", unseen: true },
      { key: "plan", column: "plan_mean_weight_g", colour: "--plan", width: 1.5 },
      { key: "actual", column: "mean_weight_g", colour: "--actual", width: 2 }],
  },
  {
    id: "count", title: "Fish", height: 132, ticks: axis.count,
    lines: [...bandOf("count_estimate"),
      { key: "plan", column: "plan_count", colour: "--plan", width: 1.5 },
      { key: "ledger", column: "count", colour: "--mark", width: 1, dash: [4, 3] },
      { key: "actual", column: "count_estimate", colour: "--actual", width: 2 }],
  },
  {
    id: "biomass", title: "Biomass", height: 132, ticks: axis.mass, grows: true,
    lines: [...bandOf("biomass_kg"),
      { key: "plan", column: "plan_biomass_kg", colour: "--plan", width: 1.5 },
      { key: "actual", column: "biomass_kg", colour: "--actual", width: 2 }],
  },
  {
    id: "temperature", title: "Temperature", height: 104, ticks: axis.celsius, key: "temperature", loose: true,
    lines: [{ key: "temperature", column: "temperature_c", colour: "--water", width: 1.5 }],
  },
  {
    id: "mortality", title: "Mortality, % a week", height: 128, ticks: axis.percent, key: "mortality",
    lines: [{ key: "mortality", column: "mortality_pct_week", colour: "--dead", width: 1.5, filled: true }],
  },
];
