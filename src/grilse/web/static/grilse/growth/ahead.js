// The look ahead: a run of many possible futures, drawn as a fan after the last day and told in facts.

import { day, missing, percent, weight } from "./format.js";
import { fetchJson } from "./source.js";

export class Ahead {
  constructor(section, { onChange }) {
    this.section = section;
    this.form = section.querySelector("form");
    this.runs = section.querySelector("select");
    this.facts = section.querySelector("dl");
    this.said = section.querySelector("[role=status]");
    this.onChange = onChange;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.look(); });
    this.runs.addEventListener("change", () => onChange());
  }

  // The run that is chosen, or the newest; its columns where they are of what is shown.
  async read(choices, ask) {
    if (!this.section.dataset.source) return null;
    const query = new URLSearchParams({ every: choices.every });
    if (this.runs.value) query.set("run", this.runs.value);
    const { run, runs } = await ask(`${this.section.dataset.source}?${query}`);
    this.list(runs, run);
    this.tell(run);
    return choices.placement ? null : run;
  }

  async look() {
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.say("Looking ahead …");
    try {
      const body = JSON.stringify({ target_g: 1000 * this.form.elements.target.valueAsNumber });
      const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, "Content-Type": "application/json" };
      const { id } = await fetchJson(this.section.dataset.source, { method: "POST", headers, body });
      this.newest = id;
      this.runs.value = "";
      this.say("");
      await this.onChange();
    } catch (error) {
      this.say(`It could not be looked ahead: ${error.message}.`);
    } finally {
      button.disabled = false;
    }
  }

  say(text) {
    this.said.textContent = text;
  }

  list(runs, run) {
    this.runs.replaceChildren(...runs.map(({ id, as_of: from, made }, i) =>
      new Option(`from ${day(from)}, made ${made}${i ? "" : " (newest)"}`, id, false, id === run?.id)));
    this.runs.hidden = !runs.length;
  }

  tell(run) {
    this.facts.replaceChildren();
    if (!run) return this.fact("No run yet", "");
    const { target } = run;
    this.fact(`${weight(run.target_g)} reached`, target.p50 ? day(target.p50) : `after ${day(run.last)}`,
      `${early(target.p10)} – ${late(target.p90, run)}; by ${day(run.last)} ${chance(target.chance)}`);
    this.risk("Too dense", run.dense_chance, run, "a container above its density limit");
    this.risk("Area too full", run.full_chance, run, "a sea area above its biomass limit");
    return this.fact("Run", `${run.members} futures`, `from what was known on ${day(run.as_of)}; growth model ${run.model}`);
  }

  risk(title, chances, run, what) {
    const highest = Math.max(...chances.filter((one) => !missing(one)), 0);
    const when = chances.indexOf(highest);
    this.fact(title, chance(highest), highest > 0 ? `${what}, at most; on ${day(run.dates[when])}` : what);
  }

  fact(title, value, more = "") {
    const row = document.createElement("div");
    for (const [tag, text] of [["dt", title], ["dd", value]]) {
      const element = document.createElement(tag);
      element.textContent = text;
      row.append(element);
    }
    const small = document.createElement("small");
    small.textContent = more;
    row.lastChild.append(small);
    this.facts.append(row);
  }
}

const early = (date) => (date ? day(date) : "later");
const late = (date, run) => (date ? day(date) : `after ${day(run.last)}`);
const chance = (part) => percent(100 * part);
