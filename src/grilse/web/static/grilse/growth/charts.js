// The charts: one a panel, on one date axis, with one cursor and one zoom.

import { DAY, monthName, shortDate, year } from "./format.js";
import { drawEvents, drawFlags, drawSamples } from "./marks.js";
import { PANELS } from "./panels.js";
import { bindTip } from "./tip.js";

const SYNC = "growth";
const FONT = "11px system-ui, sans-serif";
const MONTH = 30 * DAY;
const STEPS = [1, 2, 4, 7, 14].map((n) => n * DAY).concat([1, 2, 3, 4, 6].map((n) => n * MONTH), [365 * DAY, 730 * DAY]);
const NARROWEST = 7 * DAY;
const STILL = 4;

export class Charts {
  constructor(holder, { onMove, onZoom, onPick, onReset }) {
    this.holder = holder;
    this.onMove = onMove;
    this.onPick = onPick;
    this.onReset = onReset;
    this.onZoom = onZoom;
    this.plots = [];
  }

  // Draw everything anew: another answer, another width, another colour scheme, another legend.
  draw(frame, { hidden, logarithmic, onReady }) {
    this.clear();
    this.frame = frame;
    this.logarithmic = logarithmic;
    this.colour = paint(this.holder);
    const panels = PANELS.filter((panel) => !hidden.has(panel.key));
    this.plots = panels.map((panel, i) => this.plot(panel, hidden, i === panels.length - 1));
    // A chart knows its scales only once it is painted, which is after this.
    queueMicrotask(onReady);
  }

  clear() {
    this.plots.forEach((plot) => plot.destroy());
    this.plots = [];
    this.holder.querySelectorAll("figure").forEach((figure) => figure.remove());
  }

  plot(panel, hidden, isLast) {
    const figure = document.createElement("figure");
    figure.dataset.panel = panel.id;
    figure.innerHTML = `<figcaption>${panel.title}</figcaption>`;
    this.holder.append(figure);
    const lines = panel.lines.filter((line) => !hidden.has(line.key));
    const values = [this.frame.x, ...lines.map((line) => this.frame.column(line.column))];
    const plot = new uPlot(this.options(panel, lines, hidden, isLast || panel.lane), values, figure);
    if (panel.lane && !hidden.has("events")) bindTip(plot, this.frame);
    // A drag ends in a click too; it has moved.
    let down = 0;
    plot.over.addEventListener("pointerdown", (event) => { down = event.clientX; });
    plot.over.addEventListener("click", (event) => { if (Math.abs(event.clientX - down) < STILL) this.onPick(); });
    return plot;
  }

  options(panel, lines, hidden, dated) {
    const samples = panel.lane && !hidden.has("samples");
    const events = panel.lane && !hidden.has("events");
    return {
      width: this.holder.clientWidth,
      height: panel.height + (dated ? 32 : 0),
      padding: [panel.lane ? 30 : 8, 10, dated ? null : 6, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
      legend: { show: false },
      cursor: {
        sync: { key: SYNC }, points: { size: 6 }, drag: { x: true, y: false, dist: 6 }, focus: { prox: -1 },
        bind: { dblclick: () => () => this.onReset() },
      },
      scales: { x: { time: true }, y: this.scale(panel) },
      axes: [this.dates(dated), this.figures(panel)],
      series: [{}, ...lines.map((line) => this.series(line))],
      bands: bandsOf(lines, this.colour),
      hooks: {
        // Samples lie under the lines, however many they are.
        drawAxes: [(u) => { if (samples) drawSamples(u, this.frame, this.colour); }],
        draw: [(u) => { if (events) { drawEvents(u, this.frame, this.colour); drawFlags(u, this.frame, this.colour); } }],
        setCursor: [(u) => this.moved(u)],
        setScale: [(u, scale) => { if (scale === "x" && u === this.plots[0]) this.onZoom(u.scales.x.min, u.scales.x.max); }],
      },
    };
  }

  series(line) {
    if (line.unseen) return { stroke: "transparent", paths: () => null, points: { show: false } };
    if (line.edge) return { stroke: "transparent", width: 0, points: { show: false } };
    const colour = this.colour(line.colour);
    const fill = line.filled ? this.colour(line.colour) + "22" : undefined;
    return { stroke: colour, width: line.width, dash: line.dash, fill, points: { show: false } };
  }

  scale(panel) {
    if (panel.grows && this.logarithmic) return { distr: 3, range: (_u, low, high) => uPlot.rangeLog(low ?? 1, high ?? 10, 10, false) };
    return { range: (_u, low, high) => roomy(panel, low, high) };
  }

  dates(shown) {
    return {
      show: true, size: shown ? 38 : 0, font: FONT, stroke: this.colour("--faint"), incrs: STEPS, space: 54,
      grid: { stroke: this.colour("--grid"), width: 1 }, ticks: { show: shown, stroke: this.colour("--line"), size: 4 },
      values: (u, splits, _axis, _space, step) => splits.map((at, i) => (shown ? tick(at, i, splits, step) : "")),
    };
  }

  figures(panel) {
    return {
      size: 58, font: FONT, stroke: this.colour("--faint"), space: 28, gap: 4, ticks: { show: false },
      grid: { stroke: this.colour("--grid"), width: 1, filter: decades },
      values: (_u, splits) => splits.map((value) => (value === null || value < 0 ? "" : panel.ticks(value))),
    };
  }

  moved(u) {
    if (this.moving || u.cursor.idx === null || u.cursor.left < 0 || u.cursor.idx === this.at) return;
    this.at = u.cursor.idx;
    this.onMove(this.at);
  }

  // Put the cursor of every chart on a value, out of the keyboard's hand.
  show(index) {
    this.at = index;
    this.moving = true;
    for (const plot of this.plots) {
      plot.setCursor({ left: plot.valToPos(this.frame.x[index], "x"), top: plot.over.clientHeight / 2 }, false, false);
    }
    this.moving = false;
  }

  zoom(min, max) {
    const first = this.frame.x[0];
    const last = this.frame.x[this.frame.x.length - 1];
    const width = Math.min(Math.max(max - min, NARROWEST), last - first);
    const from = Math.min(Math.max(min, first), last - width);
    for (const plot of this.plots) plot.setScale("x", { min: from, max: from + width });
    queueMicrotask(() => this.show(this.at));
  }

  // Seconds that some pixels of the date axis stand for.
  span(pixels) {
    const [plot] = this.plots;
    return plot.posToVal(pixels, "x") - plot.posToVal(0, "x");
  }

  // Not while a table takes the place of the charts.
  resize() {
    if (!this.holder.clientWidth) return;
    for (const plot of this.plots) plot.setSize({ width: this.holder.clientWidth, height: plot.height });
  }
}

// On a logarithmic scale a line at each power of ten is enough.
function decades(u, splits) {
  return u.scales.y.distr === 3 ? splits.map((value) => (Math.log10(value) % 1 === 0 ? value : null)) : splits;
}

// From zero, except where zero means nothing, with a little room.
function roomy(panel, low, high) {
  if (low === null || (low === 0 && high === 0)) return [0, 1];
  const spread = Math.max(high - low, Math.abs(high) * 0.02, 1e-6);
  const bottom = panel.loose || low > spread * 3 ? low - 0.08 * spread : 0;
  return [bottom, high + 0.06 * Math.max(high - bottom, spread)];
}

// An upper edge is followed by its lower one.
function bandsOf(lines, colour) {
  const edges = lines.flatMap((line, i) => (line.edge ? [i + 1] : []));
  return edges.filter((_, i) => i % 2 === 0).map((high) => ({ series: [high, high + 1], fill: colour(lines[high - 1].edge) }));
}

function paint(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}

// A month, its year below the first one and each January; or a day, its month always.
function tick(at, i, splits, step) {
  const newYear = i === 0 || year(at) !== year(splits[i - 1]);
  const text = step >= 365 * DAY ? "" : step >= MONTH ? monthName(at) : shortDate(at);
  return [text, newYear ? year(at) : ""].filter(Boolean).join("\n");
}
