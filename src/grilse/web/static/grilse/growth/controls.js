// The buttons above the charts.

import { day } from "./format.js";
import { gettext } from "../texts.js";

const part = (id) => document.getElementById(id);

export function bindControls(page) {
  const { choices } = page;
  part("placement").addEventListener("change", () => page.choose({ placement: part("placement").value }));
  document.querySelectorAll("[data-every]").forEach((button) =>
    button.addEventListener("click", () => page.choose({ every: button.dataset.every })));
  part("as-of").addEventListener("change", () => { if (!refuseDay()) page.choose({ asOf: part("as-of").value }); });
  part("as-of-clear").addEventListener("click", () => page.choose({ asOf: "" }));
  part("known").addEventListener("click", () => page.toggleKnown());
  part("logarithmic").addEventListener("click", () => page.toggleScale());
  part("zoom-in").addEventListener("click", () => page.zoomBy(0.5));
  part("zoom-out").addEventListener("click", () => page.zoomBy(2));
  part("zoom-stage").addEventListener("click", () => page.reset());
  part("zoom-life").addEventListener("click", () => page.showLife());
  part("as-table").addEventListener("click", () => page.toggleTable());
  showChoices(choices);
}

// A day before the batch or after today is refused at its field; the refusal is returned.
export function refuseDay() {
  const { min, max, validity } = part("as-of");
  const refusal = validity.valid ? "" : gettext("Choose a day from {first} to {last}.", { first: day(min), last: day(max) });
  part("as-of-refused").textContent = refusal;
  return refusal;
}

export function showRange(frame, range) {
  pressed(part("zoom-stage"), String(range) === String(frame.home));
  pressed(part("zoom-life"), String(range) === String(frame.life));
}

export function showChoices(choices) {
  part("placement").value = choices.placement;
  document.querySelectorAll("[data-every]").forEach((button) => pressed(button, button.dataset.every === choices.every));
  part("as-of").value = choices.asOf;
  part("as-of-clear").hidden = !choices.asOf;
  refuseDay();
  pressed(part("known"), choices.known);
  pressed(part("logarithmic"), choices.logarithmic);
}

export const pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
