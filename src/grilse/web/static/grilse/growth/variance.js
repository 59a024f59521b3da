// Actual less planned on the newest date that has both; a batch without a plan can be planned here.

import { day, mass, missing, roughly, signed, weight } from "./format.js";
import { fetchJson } from "./source.js";
import { gettext, ngettext } from "../texts.js";

const ROWS = [[gettext("Weight"), "weight_g", "weight_pct", weight], [gettext("Biomass"), "biomass_kg", "biomass_pct", mass], [gettext("Fish"), "count", "count_pct", roughly]];

export function bindVariance(section, token, onPlanned) {
  section.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-plan]");
    if (!button) return;
    button.disabled = true;
    try {
      await fetchJson(section.dataset.plan, { method: "POST", headers: { "X-CSRFToken": token } });
      await onPlanned();
    } catch (error) {
      section.querySelector("[role=status]").textContent = gettext("The batch was not planned: {reason}.", { reason: error.message });
      button.disabled = false;
    }
  });
}

export function showVariance(section, { plan, against_plan: against, latest }) {
  section.hidden = Boolean(plan) && !against;
  if (plan && !against) return;
  section.innerHTML = plan ? variance(against, latest) : noPlan(section.dataset.plan);
}

function variance(against, latest) {
  const rows = ROWS.filter(([, name]) => !missing(against[name])).map(([title, name, part, format]) =>
    row(title, `${against[name] < 0 ? "−" : "+"}${format(Math.abs(against[name]))}`, signed(against[part])));
  const days = Math.abs(Math.round(against.days ?? 0));
  const ahead = missing(against.days) ? row(gettext("Time"), "", gettext("beyond the plan"))
    : row(gettext("Time"), ngettext("{days} day", "{days} days", days, { days }), against.days < 0 ? gettext("behind") : gettext("ahead"));
  const over = latest && against.date < latest.date ? `<p class="hint">${gettext("The plan has ended.")}</p>` : "";
  return `<h2>${gettext("Vs plan")} <small>${day(against.date)}</small></h2><table><tbody>${rows.join("")}${ahead}</tbody></table>${over}`;
}

const noPlan = (address) => `<h2>${gettext("Vs plan")}</h2><p class="hint">${gettext("This batch has no plan.")}</p>
  ${address ? `<button type="button" data-plan>${gettext("Plan this batch")}</button>` : ""}<p class="hint" role="status"></p>`;

const row = (title, value, relative) => `<tr><th scope="row">${title}</th><td>${value}</td><td>${relative}</td></tr>`;
