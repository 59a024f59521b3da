// The number of a slider beside its name; its end says nothing.

const tell = (slider) => { slider.closest(".field").querySelector("output").value = slider.value === "0" ? "not said" : `${slider.value} of ${slider.max}`; };

document.querySelectorAll("[data-level]").forEach(tell);
document.addEventListener("input", (event) => { if (event.target.matches("[data-level]")) tell(event.target); });
