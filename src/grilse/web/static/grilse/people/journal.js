// The level of a slider beside its name; 0 is no level.

import { gettext } from "../texts.js";

const showLevel = (slider) => { slider.closest(".field").querySelector("output").value = slider.value === "0" ? gettext("not set") : gettext("{level} of {most}", { level: slider.value, most: slider.max }); };

document.querySelectorAll("[data-level]").forEach(showLevel);
document.addEventListener("input", (event) => { if (event.target.matches("[data-level]")) showLevel(event.target); });
