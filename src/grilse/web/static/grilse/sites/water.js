// The water of a site or container: one value a day over the whole history, single readings when few days are shown.

import { DAY, dates, figure, grouped, LONG, shown } from "../lines.js";

const HEIGHT = 260;
const FONT = "11px system-ui, sans-serif";
const RAW_DAYS = 14;
const MOST_ROWS = 400;
const FACTOR = 0.5;

export function bindWater(section) {
  new Water(section).read();
}

class Water {
  constructor(section) {
    this.section = section;
    this.figure = section.querySelector("figure");
    this.status = section.querySelector("[role=status]");
    this.fields = Object.fromEntries([...section.querySelectorAll("select")].map((field) => [field.name, field]));
    const { parameter, container, year, month } = this.fields;
    [parameter, container].forEach((field) => field?.addEventListener("change", () => this.choose()));
    [year, month].forEach((field) => field.addEventListener("change", () => this.showPeriod()));
    section.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => this.zoom(button.dataset.zoom)));
    section.querySelector("details").addEventListener("toggle", () => this.writeTable());
    new ResizeObserver(() => this.plot?.setSize({ width: this.figure.clientWidth, height: HEIGHT })).observe(this.figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  // Of what has no daily summary one container is read.
  choose() {
    const { parameter, container } = this.fields;
    if (container && container.value === "" && !("daily" in parameter.selectedOptions[0].dataset)) container.selectedIndex = 1;
    this.read(this.range);
  }

  address(days) {
    const { parameter, container } = this.fields;
    const place = container?.value ? `container=${container.value}` : this.section.dataset.place;
    const period = days ? `&first=${days[0]}&last=${days[1]}` : "";
    return `${this.section.dataset.source}?${place}&parameter=${parameter.value}${period}`;
  }

  async load(days) {
    this.figure.classList.add("is-reading");
    const asked = this.address(days);
    this.asked = asked;
    try {
      const answer = await fetch(asked);
      const values = answer.ok ? await answer.json() : null;
      return this.asked === asked ? values : undefined;
    } catch {
      return this.asked === asked ? null : undefined;
    } finally {
      this.figure.classList.remove("is-reading");
    }
  }

  async read(range) {
    const days = await this.load();
    if (days === undefined) return;
    this.days = this.values = days;
    if (!days?.at.length) return this.say(days ? "none" : "failed");
    this.section.querySelector("[data-unit]").textContent = days.unit;
    this.life = [days.at[0], days.at[days.at.length - 1] + DAY];
    this.offerYears();
    this.show(range ?? this.life);
  }

  say(what) {
    this.plot?.destroy();
    this.plot = null;
    this.status.textContent = this.section.dataset[what];
  }

  offerYears() {
    const { year } = this.fields;
    const of = (at) => new Date(at * 1000).getUTCFullYear();
    const chosen = year.value;
    year.length = 1;
    for (let number = of(this.life[1] - DAY); number >= of(this.life[0]); number -= 1) year.add(new Option(number, number));
    year.value = chosen;
    if (year.selectedIndex < 0) year.selectedIndex = 0;
  }

  showPeriod() {
    const { year, month } = this.fields;
    if (month.value && !year.value) year.selectedIndex = 1;
    if (!year.value) return this.show(this.life);
    const [y, m] = [Number(year.value), month.value ? Number(month.value) - 1 : null];
    const [first, stop] = m === null ? [Date.UTC(y, 0), Date.UTC(y + 1, 0)] : [Date.UTC(y, m), Date.UTC(y, m + 1)];
    return this.show([first / 1000, stop / 1000], true);
  }

  zoom(way) {
    if (!this.range) return;
    const [low, high] = this.range;
    const span = high - low;
    const middle = (low + high) / 2;
    const moved = { earlier: -FACTOR, later: FACTOR }[way];
    const half = way === "in" ? (span * FACTOR) / 2 : span;
    this.show(moved ? [low + moved * span, high + moved * span] : [middle - half, middle + half]);
  }

  // Shows a period: whole days of it as single readings, if they are few.
  async show([low, high], chosen = false) {
    if (!this.days?.at.length) return;
    const span = Math.min(Math.max(high - low, DAY), this.life[1] - this.life[0]);
    const start = chosen ? low : Math.min(Math.max(low, this.life[0]), this.life[1] - span);
    this.range = chosen ? [low, high] : [start, start + span];
    if (!chosen) [this.fields.year.value, this.fields.month.value] = ["", ""];
    const days = this.range.map((at) => Math.floor(at / DAY));
    const few = this.range[1] - this.range[0] <= (RAW_DAYS - 1) * DAY;
    if (few) {
      const period = [days[0], Math.min(days[1], days[0] + RAW_DAYS - 1)].map((day) => new Date(day * DAY * 1000).toISOString().slice(0, 10));
      const readings = await this.load(period);
      if (readings === undefined) return;
      this.values = readings?.at.length ? readings : this.days;
    } else {
      this.values = this.days;
    }
    this.draw();
  }

  draw() {
    if (!this.values?.at.length) return;
    this.plot?.destroy();
    const { at, lowest, mean, highest } = this.values;
    this.plot = new uPlot(this.options(), [at, lowest, mean, highest], this.figure);
    this.status.textContent = this.section.dataset[this.values.step === "day" ? "days" : "readings"];
    this.writeTable();
  }

  options() {
    const style = getComputedStyle(this.section);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { font: FONT, stroke: colour("--faint"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false } };
    const { dataset } = this.section;
    const unit = this.values.unit ? ` ${this.values.unit}` : "";
    const value = (_u, number) => (number === null || number === undefined ? "–" : `${figure(number)}${unit}`);
    const line = colour("--water");
    const edge = { stroke: `color-mix(in srgb, ${line} 45%, transparent)`, width: 1, points: { show: false }, value };
    const few = this.values.at.length < 60;
    const parts = this.values.step === "day" ? LONG : { ...LONG, hour: "2-digit", minute: "2-digit" };
    return {
      width: this.figure.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { y: false, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true, range: () => this.range }, y: { range: (_u, low, high) => room(low, high) } },
      axes: [
        { ...axis, space: 70, values: (_u, splits, _a, _s, step) => dates(splits, step, "UTC") },
        { ...axis, size: 46, space: 30, values: (_u, splits) => splits.map(grouped) },
      ],
      series: [
        { label: dataset[this.values.step === "day" ? "ofDay" : "ofTime"], value: (_u, seconds) => (seconds === null ? "–" : shown(seconds, "UTC", parts)) },
        { label: dataset.lowest, ...edge },
        { label: dataset.mean, stroke: line, width: 2, points: { show: few, size: 4, fill: line }, value },
        { label: dataset.highest, ...edge },
      ],
      bands: [{ series: [3, 1], fill: `color-mix(in srgb, ${line} 16%, transparent)` }],
      hooks: { setSelect: [(plot) => this.zoomToSelection(plot)] },
    };
  }

  zoomToSelection(plot) {
    const { left, width } = plot.select;
    if (width > 4) this.show([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
  }

  writeTable() {
    const details = this.section.querySelector("details");
    if (!details.open || !this.values) return;
    const { dataset } = this.section;
    const { step, at, unit } = this.values;
    const columns = ["lowest", "mean", "highest"];
    const inside = at.map((_, i) => i).filter((i) => at[i] >= this.range[0] && at[i] < this.range[1] && this.values.mean[i] !== null);
    const parts = step === "day" ? LONG : { ...LONG, hour: "2-digit", minute: "2-digit" };
    const head = row("th", [dataset[step === "day" ? "ofDay" : "ofTime"], ...columns.map((name) => `${dataset[name]}${unit ? `, ${unit}` : ""}`)]);
    const body = inside.reverse().slice(0, MOST_ROWS).map((i) => row("td", [shown(at[i], "UTC", parts), ...columns.map((name) => figure(this.values[name][i]))]));
    const table = details.querySelector("table");
    table.replaceChildren(element("thead", [head]), element("tbody", body));
  }
}

function room(low, high) {
  if (low === null || low === undefined) return [0, 1];
  const margin = 0.08 * (high - low || 1);
  return [low - margin, high + margin];
}

function row(kind, texts) {
  return element("tr", texts.map((text, i) => {
    const cell = element(kind === "td" && i === 0 ? "th" : kind, [text]);
    if (cell.tagName === "TH") cell.scope = kind === "td" ? "row" : "col";
    if (i > 0) cell.className = "number";
    return cell;
  }));
}

function element(name, children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
