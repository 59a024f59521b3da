// The values of the API on one regular date axis.

import { DAY, day, isoDate, missing, seconds } from "./format.js";
import { gettext, ngettext, wordOf } from "../texts.js";

// Half width of a 90 % interval, in standard deviations.
const NINETY = 1.645;
const BANDED = {
  hindsight_weight_g: "hindsight_weight_sd_g", hindsight_count: "hindsight_count_sd", hindsight_biomass_kg: "hindsight_biomass_sd_kg",
  mean_weight_g: "mean_weight_sd_g", count_estimate: "count_sd", biomass_kg: "biomass_sd_kg",
};
const AHEAD = 90 * DAY;
const RUNS = ["provenance", "carried_forward", "model"];

export class Frame {
  constructor(answer, { known, ahead } = {}) {
    this.step = answer.every === "week" ? 7 * DAY : DAY;
    this.start = seconds(answer.start);
    this.meanings = answer.provenance;
    this.models = answer.models;
    this.fcrDays = answer.fcr_days;
    const { set_aside: reasons, ...samples } = answer.samples;
    this.samples = objects(samples, this.start).map((sample, i) => ({ ...sample, set_aside: reasons[i] ?? "" }));
    this.flags = objects(answer.flags, this.start).map((flag) => ({ ...flag, kind: "flag" }));
    this.marks = [...objects(answer.marks, this.start), ...this.flags].sort((a, b) => a.at - b.at);
    this.latest = answer.latest;
    this.against = answer.against_plan;
    this.parts = new Map(answer.part_weeks.map(({ sunday, last, days }) => [seconds(sunday), { last: seconds(last), days }]));
    // The last day of each step; a part week is drawn on the day that its values are of.
    this.ends = this.axis([answer.states, answer.plan, ahead].filter(Boolean));
    this.x = this.ends.map((end) => this.parts.get(end)?.last ?? end);
    this.columns = {};
    if (answer.states) this.layStates(answer.states);
    if (answer.states && known) this.layStates(known);
    if (answer.plan) this.layPlan(answer.plan);
    if (ahead) this.layAhead(ahead);
    this.columns.sample_high = this.heaviest();
  }

  // Every date with a state or a plan, and on to the last event: a harvest comes the day after the last state.
  axis(parts) {
    if (!parts.length) return [];
    const first = Math.min(...parts.map((part) => seconds(part.first)));
    const ends = parts.map((part) => seconds(part.first) + (lengthOf(part) - 1) * this.step);
    const last = Math.max(...ends, ...this.marks.map((mark) => mark.at));
    return Array.from({ length: Math.ceil((last - first) / this.step) + 1 }, (_, i) => first + i * this.step);
  }

  // Shown before anybody zooms: the current stage to three months after the last record.
  get home() {
    const [first, last] = this.life;
    if (!this.latest) return this.life;
    return [Math.max(first, seconds(this.latest.stage_start)), Math.min(last, seconds(this.latest.date) + AHEAD)];
  }

  get life() {
    return [this.x[0], this.x[this.x.length - 1]];
  }

  layStates(states) {
    for (const [name, values] of Object.entries(states)) {
      if (!Array.isArray(values)) continue;
      this.lay(name, states.first, RUNS.includes(name) ? values.flatMap(([value, n]) => Array(n).fill(value)) : values);
    }
    for (const [name, sd] of Object.entries(BANDED)) {
      if (!states[name]) continue;
      this.layBand(name, this.columns[sd]);
      this.split(name);
    }
    if (states.temperature_c) this.split("temperature_c");
  }

  // A line through the days with records, and one through those without, which begins and ends on the first.
  split(name) {
    const values = this.columns[name];
    const carried = (i) => this.isCarried(i);
    this.columns[`${name}_recorded`] = values.map((value, i) => (carried(i) ? null : value));
    this.columns[`${name}_carried`] = values.map((value, i) => ([i - 1, i, i + 1].some(carried) ? value : null));
  }

  // Whether an estimate is carried forward: no records reach its day.
  isCarried(index) {
    return this.value("carried_forward", index) === 1;
  }

  layBand(name, sds) {
    const at = (sign) => this.columns[name].map((value, i) =>
      missing(value) || missing(sds[i]) ? null : Math.max(0, value + sign * NINETY * sds[i]));
    this.columns[`${name}_low`] = at(-1);
    this.columns[`${name}_high`] = at(1);
  }

  layPlan(plan) {
    for (const name of ["mean_weight_g", "count", "biomass_kg"]) {
      if (plan[name]) this.lay(`plan_${name}`, plan.first, plan[name]);
    }
  }

  layAhead(ahead) {
    for (const [name, values] of Object.entries(ahead)) {
      if (Array.isArray(values)) this.lay(`ahead_${name}`, ahead.first, values);
    }
  }

  // The heaviest sample of each date, so that the scale makes room for it.
  heaviest() {
    const column = Array(this.x.length).fill(null);
    for (const { at, mean_weight_g: weight, set_aside: why } of this.samples) {
      const i = this.indexOf(at);
      if (!why) column[i] = Math.max(column[i] ?? 0, weight);
    }
    return column;
  }

  lay(name, first, values) {
    const column = Array(this.x.length).fill(null);
    const offset = Math.round((seconds(first) - this.ends[0]) / this.step);
    values.forEach((value, i) => { column[offset + i] = value; });
    this.columns[name] = column;
  }

  column(name) {
    return this.columns[name] ?? Array(this.x.length).fill(null);
  }

  value(name, index) {
    return this.columns[name]?.[index] ?? null;
  }

  // The last day that records reach; without any, the first one.
  get newest() {
    return this.latest ? this.indexOf(seconds(this.latest.date)) : 0;
  }

  dayNumber(index) {
    return Math.round((this.x[index] - this.start) / DAY);
  }

  // A weekly value is drawn on its Sunday and covers the days before it too.
  covers(index, at) {
    return at <= this.ends[index] && at > this.ends[index] - this.step;
  }

  // Marks on a date, or within some pixels of it where a pixel is more than a day.
  marksNear(index, reach) {
    return this.marks.filter((mark) => this.covers(index, mark.at) || Math.abs(mark.at - this.x[index]) <= reach);
  }

  samplesNear(index, reach) {
    return this.samples.filter((sample) => this.covers(index, sample.at) || Math.abs(sample.at - this.x[index]) <= reach);
  }

  indexOf(at) {
    const index = Math.ceil((at - this.ends[0]) / this.step);
    return Math.min(Math.max(index, 0), this.x.length - 1);
  }

  provenance(index) {
    const flags = this.value("provenance", index) ?? 0;
    const words = Object.entries(this.meanings).filter(([bit]) => flags & Number(bit)).map(([, text]) => wordOf(text));
    const model = this.models[this.value("model", index)];
    return model ? [...words, model] : words;
  }

  label(index) {
    return isoDate(this.x[index]);
  }

  // What a step covers: a day, a week, or the days of a week that is not over or not complete.
  span(index) {
    const number = this.dayNumber(index);
    if (this.step === DAY) return gettext("day {number}", { number });
    const part = this.parts.get(this.ends[index]);
    if (!part) return gettext("week to day {number}", { number });
    return ngettext("{days} day of a week, to day {number}", "{days} days of a week, to day {number}", part.days, { days: part.days, number });
  }
}

const lengthOf = (part) => (part.hindsight_weight_g ?? part.mean_weight_g ?? part.weight_p50_g).length;

// Columns of equal length as objects, with the second of their day.
function objects(columns, start) {
  return columns.day.map((day, i) => {
    const object = { at: start + day * DAY };
    for (const [name, values] of Object.entries(columns)) object[name] = values[i];
    return object;
  });
}
