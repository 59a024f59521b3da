// What the colours mean; each entry takes its series away and brings it back.

import { pressed } from "./controls.js";
import { LEGEND } from "./panels.js";

export function bindLegend(holder, page) {
  for (const { key, title, colour, swatch } of LEGEND) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.series = key;
    button.innerHTML = `<i class="swatch ${swatch}"></i>${title}`;
    button.firstChild.style.setProperty("--colour", `var(${colour})`);
    pressed(button, true);
    button.addEventListener("click", () => {
      page.toggle(key);
      pressed(button, !page.hidden.has(key));
    });
    holder.append(button);
  }
}
