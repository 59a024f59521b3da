// Copies of the page's templates, filled by the names of their slots.

export const part = (id) => document.getElementById(id);

export function copy(id, slots = {}) {
  const element = part(id).content.firstElementChild.cloneNode(true);
  fill(element, slots);
  return element;
}

export function fill(element, slots) {
  for (const [name, value] of Object.entries(slots)) {
    const slot = element.matches(`[data-slot="${name}"]`) ? element : element.querySelector(`[data-slot="${name}"]`);
    slot.textContent = value;
  }
}

export function button(label, act, className = "") {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: label, className });
  element.addEventListener("click", act);
  return element;
}
