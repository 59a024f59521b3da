// The level of a slider beside its name; 0 is no level.

const showLevel = (slider) => { slider.closest(".field").querySelector("output").value = slider.value === "0" ? "not set" : `${slider.value} of ${slider.max}`; };

document.querySelectorAll("[data-level]").forEach(showLevel);
document.addEventListener("input", (event) => { if (event.target.matches("[data-level]")) showLevel(event.target); });
