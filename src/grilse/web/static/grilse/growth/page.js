// The growth page: what is shown, where the cursor is, how far it is zoomed.

import { Charts } from "./charts.js";
import { Frame } from "./frame.js";
import { bindKeys } from "./keys.js";
import { LEGEND } from "./panels.js";
import { readOut, spoken } from "./readout.js";
import { fillTable } from "./table.js";

// A pointer is on a date within this many pixels of it.
const POINTED = 3;

const part = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.hidden = new Set();
    this.every = "day";
    this.logarithmic = false;
    this.charts = new Charts(part("charts"), {
      onMove: (index) => this.hover(index, this.charts.span(POINTED)),
      onZoom: (min, max) => { this.range = [min, max]; this.listed(); },
    });
    this.bind();
  }

  bind() {
    part("placement").addEventListener("change", () => this.load());
    document.querySelectorAll("[data-every]").forEach((button) =>
      button.addEventListener("click", () => this.choose(button.dataset.every)));
    part("zoom-in").addEventListener("click", () => this.zoomBy(0.5));
    part("zoom-out").addEventListener("click", () => this.zoomBy(2));
    part("zoom-reset").addEventListener("click", () => this.reset());
    part("as-table").addEventListener("click", () => this.toggleTable());
    part("logarithmic").addEventListener("click", () => this.toggleScale());
    bindKeys(part("charts"), this);
    part("charts").addEventListener("pointerleave", () => this.charts.show(this.at));
    new ResizeObserver(() => this.charts.resize()).observe(part("charts"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    this.legend();
  }

  legend() {
    for (const { key, title, colour, swatch } of LEGEND) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.dataset.series = key;
      button.innerHTML = `<i class="swatch ${swatch}"></i>${title}`;
      button.firstChild.style.setProperty("--colour", `var(${colour})`);
      button.addEventListener("click", () => this.toggle(key, button));
      part("legend").append(button);
    }
  }

  async load() {
    this.asked?.abort();
    this.asked = new AbortController();
    const query = new URLSearchParams({ every: this.every });
    if (part("placement").value) query.set("placement", part("placement").value);
    try {
      const answer = await fetch(`${part("growth").dataset.source}?${query}`, { signal: this.asked.signal });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      this.take(new Frame(await answer.json()));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.say(`The states could not be read: ${error.message}.`);
    }
  }

  take(frame) {
    this.frame = frame;
    this.range = null;
    if (!frame.x.length) {
      this.charts.clear();
      part("readout").replaceChildren();
      this.say("Nothing has been estimated or planned here yet. Run grilse grow.");
      return;
    }
    part("waiting").hidden = true;
    this.at = frame.newest;
    this.redraw();
  }

  say(text) {
    part("waiting").textContent = text;
    part("waiting").hidden = false;
  }

  redraw() {
    if (!this.frame?.x.length) return;
    const { x } = this.frame;
    const range = this.range ?? [x[0], x[x.length - 1]];
    const onReady = () => { this.charts.at = this.at; this.charts.zoom(...range); };
    this.charts.draw(this.frame, { hidden: this.hidden, logarithmic: this.logarithmic, onReady });
    this.hover(this.at);
  }

  toggle(key, button) {
    const shown = this.hidden.has(key);
    this.hidden[shown ? "delete" : "add"](key);
    button.setAttribute("aria-pressed", String(shown));
    this.redraw();
  }

  choose(every) {
    if (every === this.every) return;
    this.every = every;
    document.querySelectorAll("[data-every]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.every === every)));
    this.load();
  }

  hover(index, reach = 0) {
    this.at = index;
    readOut(part("readout"), this.frame, index, reach);
  }

  moveTo(index) {
    this.hover(Math.min(Math.max(index, 0), this.frame.x.length - 1));
    const at = this.frame.x[this.at];
    const [min, max] = this.range;
    if (at < min || at > max) this.charts.zoom(at - (max - min) / 2, at + (max - min) / 2);
    this.charts.show(this.at);
    part("spoken").textContent = spoken(this.frame, this.at);
  }

  moveBy(steps) {
    this.moveTo(this.at + steps);
  }

  moveToEvent(direction) {
    const places = this.frame.marks.map((mark) => this.frame.indexOf(mark.at));
    const next = direction > 0 ? places.find((i) => i > this.at) : places.findLast((i) => i < this.at);
    if (next !== undefined) this.moveTo(next);
  }

  zoomBy(factor) {
    const [min, max] = this.range;
    const centre = Math.min(Math.max(this.frame.x[this.at], min), max);
    this.charts.zoom(centre - (centre - min) * factor, centre + (max - centre) * factor);
  }

  reset() {
    const { x } = this.frame;
    this.charts.zoom(x[0], x[x.length - 1]);
  }

  toggleScale() {
    this.logarithmic = !this.logarithmic;
    part("logarithmic").setAttribute("aria-pressed", String(this.logarithmic));
    this.redraw();
  }

  toggleTable() {
    const open = part("table").hidden;
    part("table").hidden = !open;
    part("as-table").setAttribute("aria-pressed", String(open));
    this.listed();
  }

  listed() {
    if (!part("table").hidden && this.frame) fillTable(part("table"), this.frame, this.range);
  }
}

new Page().load();
