// The figures above the charts: those of the last day that records reach, from the same answer as the charts.

import { count, day, mass, relative, signed, weight } from "./format.js";
import { gettext, wordOf } from "../texts.js";

export function fillHead(list, { latest, against_plan: against, plan }) {
  const figures = latest ?? {};
  const put = (name, value, more) => {
    const item = list.querySelector(`[data-fact="${name}"]`);
    item.querySelector("span").textContent = value;
    item.querySelector("small").textContent = more;
  };
  put("stage", wordOf(figures.stage) || "–", figures.site ?? "");
  put("records", latest ? day(latest.date) : "–", latest ? gettext("day {day}", { day: count(latest.day) }) : "");
  put("fish", count(figures.count), gettext("in the ledger"));
  put("weight", weight(figures.mean_weight_g), relative(figures.mean_weight_sd_g, figures.mean_weight_g));
  put("biomass", mass(figures.biomass_kg), relative(figures.biomass_sd_kg, figures.biomass_kg));
  put("plan", against ? signed(against.weight_pct) : "–", describePlan(against, latest, plan));
}

function describePlan(against, latest, plan) {
  if (!against) return plan ? gettext("not on this day") : gettext("no plan");
  return against.date === latest?.date ? gettext("of weight") : gettext("of weight on {day}", { day: day(against.date) });
}
