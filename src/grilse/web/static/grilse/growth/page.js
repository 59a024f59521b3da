// The growth page: what is shown, where the cursor is, how far it is zoomed.

import { Ahead } from "./ahead.js";
import { Charts } from "./charts.js";
import { Choices } from "./choices.js";
import { bindControls, pressed, refuseDay, showChoices, showRange } from "./controls.js";
import { day, seconds } from "./format.js";
import { Frame } from "./frame.js";
import { fillHead } from "./head.js";
import { bindKeys } from "./keys.js";
import { bindLegend } from "./legend.js";
import { readOut, spoken } from "./readout.js";
import { bindReview, review } from "./review.js";
import { fetchJson } from "./source.js";
import { Table } from "./table.js";
import { bindVariance, showVariance } from "./variance.js";
import { gettext } from "../texts.js";

// A pointer is on a date within this many pixels of it.
const POINTED = 3;

const part = (id) => document.getElementById(id);
const isWithin = (at, [min, max]) => at >= min && at <= max;

class Page {
  constructor() {
    this.choices = new Choices();
    this.hidden = new Set();
    this.charts = new Charts(part("charts"), {
      onMove: (index) => this.hover(index, this.charts.span(POINTED)),
      onZoom: (min, max) => { this.range = [min, max]; showRange(this.frame, this.range); this.listed(); },
      onPick: () => this.review(),
      onReset: () => this.reset(),
    });
    this.ahead = new Ahead(part("ahead"), { choices: this.choices, onChange: () => this.load({ stay: true }) });
    this.table = new Table(part("table"), part("growth").dataset.number);
    bindVariance(part("variance"), part("ahead").querySelector("form").elements.csrfmiddlewaretoken.value, () => this.load({ stay: true }));
    bindControls(this);
    bindLegend(part("legend"), this);
    bindKeys(part("charts"), this);
    bindReview(this);
    part("charts").addEventListener("pointerleave", () => this.charts.show(this.at));
    new ResizeObserver(() => this.charts.resize()).observe(part("charts"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  start() {
    const refusal = refuseDay();
    if (refusal) this.fail(refusal);
    else this.load();
  }

  // `stay` keeps the cursor's date and the zoom.
  async load({ stay = false } = {}) {
    this.asked?.abort();
    this.asked = new AbortController();
    const { choices, ahead } = this;
    const source = (tail = "") => `${part("growth").dataset.source}${tail}?${choices.query()}`;
    const ask = (address) => fetchJson(address, { signal: this.asked.signal });
    try {
      const [answer, known, fan] = await Promise.all([
        ask(source()), choices.known ? ask(source("/as-known")) : null, ahead.read(ask),
      ]);
      fillHead(part("facts"), answer);
      showVariance(part("variance"), answer);
      this.take(new Frame(answer, { known: known?.states, ahead: fan }), stay);
    } catch (error) {
      if (error.name !== "AbortError") this.fail(gettext("The states could not be read: {reason}.", { reason: error.message }));
    }
  }

  take(frame, stay) {
    const date = stay && this.frame?.x.length ? this.frame.x[this.at] : this.choices.date && seconds(this.choices.date);
    this.choices.date = null;
    // A chosen range stays; else a forecast extends it.
    if (!stay || String(this.range) === String(this.frame?.home)) this.range = null;
    this.frame = frame;
    if (!frame.x.length) {
      this.fail(this.choices.asOf ? gettext("Nothing was known or planned on that day.") : gettext("Nothing has been estimated or planned yet. Run grilse grow."));
      return;
    }
    part("waiting").hidden = true;
    this.warn();
    this.at = date ? frame.indexOf(date) : frame.newest;
    if (!this.range && !isWithin(frame.x[this.at], frame.home)) this.range = frame.life;
    this.redraw();
  }

  fail(text) {
    this.frame = null;
    this.charts.clear();
    part("readout").replaceChildren();
    part("waiting").textContent = text;
    part("waiting").hidden = false;
  }

  // Says where records end, if estimates are shown beyond that day.
  warn() {
    const { frame } = this;
    const beyond = frame.latest && frame.x.some((at, i) => at > frame.x[frame.newest] && frame.isCarried(i));
    part("reach").hidden = !beyond;
    if (beyond) {
      part("reach").textContent = gettext(
        "Records reach {day}. Later estimates are carried forward without them: they are dashed and in no figure. Enter what is missing, and a weight sample after a long gap.",
        { day: day(frame.latest.date) },
      );
    }
  }

  redraw() {
    if (!this.frame?.x.length) return;
    const range = this.range ?? this.frame.home;
    const onReady = () => { this.charts.at = this.at; this.charts.zoom(...range); };
    const hidden = this.choices.known ? this.hidden : new Set([...this.hidden, "known"]);
    this.charts.draw(this.frame, { hidden, logarithmic: this.choices.logarithmic, onReady });
    this.hover(this.at);
    this.listed();
  }

  toggle(key) {
    this.hidden[this.hidden.has(key) ? "delete" : "add"](key);
    this.redraw();
  }

  choose(changes, stay = false) {
    this.choices.set(changes);
    showChoices(this.choices);
    this.load({ stay });
  }

  toggleKnown() {
    this.choose({ known: !this.choices.known }, true);
  }

  hover(index, reach = 0) {
    this.at = index;
    this.reach = reach;
    readOut(part("readout"), this.frame, index, { reach, known: this.choices.known });
  }

  // The samples at the cursor, to exclude or include again.
  review() {
    const samples = this.frame?.x.length ? this.frame.samplesNear(this.at, this.reach) : [];
    if (samples.length) review(samples, this.choices.placement);
  }

  moveTo(index) {
    this.hover(Math.min(Math.max(index, 0), this.frame.x.length - 1));
    const at = this.frame.x[this.at];
    const [min, max] = this.range;
    if (!isWithin(at, this.range)) this.charts.zoom(at - (max - min) / 2, at + (max - min) / 2);
    this.charts.show(this.at);
    part("spoken").textContent = spoken(this.frame, this.at, this.choices);
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
    this.charts.zoom(...this.frame.home);
  }

  showLife() {
    this.charts.zoom(...this.frame.life);
  }

  toggleScale() {
    this.choices.set({ logarithmic: !this.choices.logarithmic });
    showChoices(this.choices);
    this.redraw();
  }

  toggleTable() {
    const open = part("table").hidden;
    part("table").hidden = !open;
    part("charts").hidden = open;
    pressed(part("as-table"), open);
    this.listed();
  }

  listed() {
    if (!part("table").hidden && this.frame && this.range) this.table.fill(this.frame, this.range, this.choices);
  }
}

new Page().start();
