// The forecast: a run of many possible futures, drawn as a fan after the last day and summarised in facts.

import { tell } from "./facts.js";
import { day, shortTime } from "./format.js";
import { fetchJson } from "./source.js";
import { gettext } from "../texts.js";

export class Ahead {
  constructor(section, { choices, onChange }) {
    this.section = section;
    this.form = section.querySelector("form");
    this.button = section.querySelector("button");
    this.runs = section.querySelector("select");
    this.facts = section.querySelector("dl");
    this.status = section.querySelector("[role=status]");
    this.choices = choices;
    this.onChange = onChange;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.look(); });
    this.form.elements.target.addEventListener("change", () => { if (this.form.reportValidity()) onChange(); });
    this.runs.addEventListener("change", () => onChange());
  }

  get target() {
    return Math.round(1e6 * this.form.elements.target.valueAsNumber) / 1e3;
  }

  // The chosen run, or the newest; a single container has no forecast of its own.
  async read(ask) {
    const { choices } = this;
    const query = new URLSearchParams({ every: choices.every });
    if (this.form.checkValidity()) query.set("target_g", this.target);
    if (this.runs.value) query.set("run", this.runs.value);
    else if (choices.asOf) query.set("as_of", choices.asOf);
    const { run, runs } = await ask(`${this.section.dataset.source}?${query}`);
    this.list(runs, run);
    tell(this.facts, run);
    this.allow();
    return choices.placement ? null : run;
  }

  // Make a new run, from all records or from those known on the chosen day.
  async look() {
    this.button.disabled = true;
    this.say(gettext("Computing the forecast …"));
    try {
      const body = JSON.stringify({ target_g: this.target, as_of: this.choices.asOf || null });
      const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, "Content-Type": "application/json" };
      const { id } = await fetchJson(this.section.dataset.source, { method: "POST", headers, body });
      this.runs.replaceChildren(new Option("", id, true, true));
      await this.onChange();
      this.say("");
    } catch (error) {
      this.say(gettext("The forecast failed: {reason}.", { reason: error.message }));
    }
    this.button.disabled = false;
  }

  allow() {
    const closed = this.section.dataset.status !== "active" && !this.choices.asOf;
    this.button.disabled = closed;
    this.say(closed ? gettext("The batch is closed: choose a day under As of to forecast from it.") : "");
  }

  say(text) {
    this.status.textContent = text;
  }

  list(runs, run) {
    this.runs.hidden = !runs.length;
    this.runs.replaceChildren(...runs.map((one, i) =>
      new Option(`${gettext("from {day}, computed {time}", { day: day(one.as_of), time: shortTime(one.made_at) })}${i ? "" : ` – ${gettext("newest")}`}`, one.id, false, one.id === run?.id)));
    if (!run) this.runs.value = "";
  }
}
