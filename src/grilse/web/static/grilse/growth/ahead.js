// The look ahead: a run of many possible futures, drawn as a fan after the last day and told in facts.

import { tell } from "./facts.js";
import { day, shortTime } from "./format.js";
import { fetchJson } from "./source.js";

export class Ahead {
  constructor(section, { choices, onChange }) {
    this.section = section;
    this.form = section.querySelector("form");
    this.button = section.querySelector("button");
    this.runs = section.querySelector("select");
    this.facts = section.querySelector("dl");
    this.said = section.querySelector("[role=status]");
    this.choices = choices;
    this.onChange = onChange;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.look(); });
    this.form.elements.target.addEventListener("change", () => { if (this.form.reportValidity()) onChange(); });
    this.runs.addEventListener("change", () => onChange());
  }

  get target() {
    return Math.round(1e6 * this.form.elements.target.valueAsNumber) / 1e3;
  }

  // The run that is chosen, or the newest; one container has no fan of its own.
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

  // Make a new run, from everything or from what was known on the day that is looked at.
  async look() {
    this.button.disabled = true;
    this.say("Looking ahead …");
    try {
      const body = JSON.stringify({ target_g: this.target, as_of: this.choices.asOf || null });
      const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, "Content-Type": "application/json" };
      const { id } = await fetchJson(this.section.dataset.source, { method: "POST", headers, body });
      this.runs.replaceChildren(new Option("", id, true, true));
      await this.onChange();
      this.say("");
    } catch (error) {
      this.say(`It could not be looked ahead: ${error.message}.`);
    }
    this.button.disabled = false;
  }

  allow() {
    const gone = this.section.dataset.status !== "active" && !this.choices.asOf;
    this.button.disabled = gone;
    this.say(gone ? "No fish stand any more; choose a day under As of to look ahead from it." : "");
  }

  say(text) {
    this.said.textContent = text;
  }

  list(runs, run) {
    this.runs.hidden = !runs.length;
    this.runs.replaceChildren(...runs.map((one, i) =>
      new Option(`from ${day(one.as_of)}, made ${shortTime(one.made_at)}${i ? "" : " – newest"}`, one.id, false, one.id === run?.id)));
    if (!run) this.runs.value = "";
  }
}
