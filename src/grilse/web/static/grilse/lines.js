// Charts of lines over time: panels below each other, with one cursor.

import { decimals, formatDay, formatShortDay, gettext } from "./texts.js";

const PANEL = 150;
export const DAY = 86400;
const FONT = "11px system-ui, sans-serif";

function draw(holder) {
  const chart = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  const style = getComputedStyle(holder);
  const colour = (name) => style.getPropertyValue(name).trim();
  const panels = [...new Set(chart.lines.map((line) => line.panel))];
  holder.replaceChildren();
  return panels.map((panel) => {
    const lines = chart.lines.filter((line) => line.panel === panel);
    return new uPlot(options(chart, lines, holder, colour), [chart.x, ...lines.map((line) => line.values)], holder);
  });
}

function options(chart, lines, holder, colour) {
  const axis = { font: FONT, stroke: colour("--faint"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false } };
  return {
    width: holder.clientWidth,
    height: PANEL,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), chart.zone),
    cursor: { sync: { key: holder.dataset.chart }, y: false, drag: { x: true, y: false } },
    scales: { x: { time: true }, y: { range: (_u, low, high) => roomy(low, high) } },
    axes: [{ ...axis, space: 70, values: (_u, splits, _axis, _space, step) => dates(splits, step, chart.zone) }, { ...axis, size: 46, space: 26, values: (_u, splits) => splits.map(grouped) }],
    series: [{ label: gettext("At"), value: (_u, at) => (at === null ? "–" : formatDay(local(at, chart.zone))) }, ...lines.map((line) => series(line, colour, chart.x.length))],
  };
}

function series(line, colour, count) {
  const stroke = colour(line.colour);
  return {
    label: line.title,
    stroke,
    width: 2,
    // Single values are dots; a line of few has them too, since a single value would not be seen.
    paths: line.thin ? () => null : undefined,
    points: { show: line.thin || count < 30, size: line.thin ? 4 : 5, fill: stroke },
    spanGaps: !line.thin && !line.gaps,
    value: (_u, value) => (value === null || value === undefined ? "–" : `${figure(value)}${line.unit ? ` ${line.unit}` : ""}`),
  };
}

export const grouped = (value) => decimals(value.toString()).replace(/\B(?=(\d{3})+$)/g, "\u202f");
export const figure = (value) => (Math.abs(value) >= 100 ? grouped(Math.round(value)) : decimals(Number(value.toPrecision(3)).toString()));

// The day and hour in a time zone, as if they were in UTC.
const local = (at, zone) => `${new Date(at * 1000).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T")}Z`;
export const LONG = { day: "numeric", month: "short", year: "numeric" };
export const shown = (at, timeZone, parts) => new Date(at * 1000).toLocaleString("en-GB", { timeZone, ...parts });

// A day, its year below the first one and each that is another; within a day the hour.
export function dates(splits, step, zone) {
  const years = splits.map((at) => shown(at, zone, { year: "numeric" }));
  const days = splits.map((at) => formatShortDay(local(at, zone)));
  return splits.map((at, i) => {
    if (step >= DAY) return years[i] === years[i - 1] ? days[i] : `${days[i]}\n${years[i]}`;
    const hour = shown(at, zone, { hour: "2-digit", minute: "2-digit", ...(step < 60 && { second: "2-digit" }) });
    return days[i] === days[i - 1] ? hour : `${hour}\n${days[i]}`;
  });
}

function roomy(low, high) {
  if (low === null || low === undefined) return [0, 1];
  const bottom = low > 2 * (high - low) && low > 20 ? low - (high - low || low * 0.1) : 0;
  return [Math.min(0, low) || bottom, high + 0.08 * (high - bottom || 1)];
}

function bind(holder) {
  let plots = draw(holder);
  const again = () => { plots.forEach((plot) => plot.destroy()); plots = draw(holder); };
  new ResizeObserver(() => plots.forEach((plot) => plot.setSize({ width: holder.clientWidth, height: plot.height }))).observe(holder);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

document.querySelectorAll("[data-chart]").forEach(bind);
