// Labels beside marks, none over another: each takes the first free side of its mark, else it is hidden until
// somebody zooms in. `data-side` of a mark is the side; the style sheet draws it.

const SIDES = ["right", "left", "above", "below"];
const GAP = 1;

export function placeLabels(container, marks) {
  const frame = container.getBoundingClientRect();
  const free = (box, taken) => taken.every((other) =>
    box.left > other.right + GAP || box.right < other.left - GAP || box.top > other.bottom + GAP || box.bottom < other.top - GAP);
  const inside = (box) => box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  const named = marks.map((mark) => ({ mark, dot: mark.querySelector(".dot"), label: mark.querySelector(".label") }));
  for (const { mark } of named) mark.dataset.side = SIDES[0];
  const visible = named.map((entry) => ({ ...entry, box: entry.dot.getBoundingClientRect() }))
    .filter(({ box }) => inside(box));
  // A label may lie over no button and over no mark but its own.
  const buttons = [...container.querySelectorAll(".leaflet-control")].map((control) => control.getBoundingClientRect());
  const taken = [...visible.map(({ mark, box: { left, right, top, bottom } }) => ({ mark, left, right, top, bottom })), ...buttons];
  for (const { mark, label } of named) {
    if (!visible.some((entry) => entry.mark === mark)) { mark.dataset.side = "none"; continue; }
    const others = taken.filter((box) => box.mark !== mark);
    const side = label.textContent && SIDES.find((name) => {
      mark.dataset.side = name;
      const box = label.getBoundingClientRect();
      return inside(box) && free(box, others);
    });
    if (!side) { mark.dataset.side = "none"; continue; }
    const { left, right, top, bottom } = label.getBoundingClientRect();
    taken.push({ left, right, top, bottom });
  }
}

export function makeMark(kind, { name, note = "", address = "" }) {
  const mark = document.createElement(address ? "a" : "span");
  if (address) mark.href = address;
  mark.className = `mark ${kind}`;
  const [dot, label] = [document.createElement("i"), document.createElement("span")];
  dot.className = "dot";
  label.className = "label";
  label.append(name);
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    label.append(" ", small);
  }
  mark.append(dot, label);
  return mark;
}

export function addMark(map, { latitude, longitude }, mark, options = {}) {
  const icon = L.divIcon({ html: mark, className: "mark-place", iconSize: [0, 0] });
  return L.marker([latitude, longitude], { icon, keyboard: false, ...options }).addTo(map);
}
