// The buttons above the charts.

const part = (id) => document.getElementById(id);

export function bindControls(page) {
  const { choices } = page;
  part("placement").addEventListener("change", () => page.choose({ placement: part("placement").value }));
  document.querySelectorAll("[data-every]").forEach((button) =>
    button.addEventListener("click", () => page.choose({ every: button.dataset.every })));
  part("as-of").addEventListener("change", () => { if (part("as-of").validity.valid) page.choose({ asOf: part("as-of").value }); });
  part("as-of-clear").addEventListener("click", () => page.choose({ asOf: "" }));
  part("known").addEventListener("click", () => page.toggleKnown());
  part("logarithmic").addEventListener("click", () => page.toggleScale());
  part("zoom-in").addEventListener("click", () => page.zoomBy(0.5));
  part("zoom-out").addEventListener("click", () => page.zoomBy(2));
  part("zoom-reset").addEventListener("click", () => page.reset());
  part("as-table").addEventListener("click", () => page.toggleTable());
  showChoices(choices);
}

export function showChoices(choices) {
  part("placement").value = choices.placement;
  document.querySelectorAll("[data-every]").forEach((button) => pressed(button, button.dataset.every === choices.every));
  part("as-of").value = choices.asOf;
  part("as-of-clear").hidden = !choices.asOf;
  pressed(part("known"), choices.known);
  pressed(part("logarithmic"), choices.logarithmic);
}

export const pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
