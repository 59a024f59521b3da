// A map without tiles: positions, routes and fences on a graticule, equirectangular at the middle latitude.

import { clusters } from "./clusters.js";
import { degreeLabel, lines as between, round } from "./scales.js";
import { gettext, pgettext } from "../texts.js";

const SVG = "http://www.w3.org/2000/svg";
const DEGREE = 111_320;
const NARROWEST = 60;
const MARGIN = 1.25;
const STEP = 1.5;

const svg = document.getElementById("map");
const announcement = document.getElementById("map-status");
let mapData = read();
let chosen = null;
const middle = () => {
  const all = places().map((place) => place.latitude);
  return all.length ? (Math.min(...all) + Math.max(...all)) / 2 : 60;
};
const origin = middle();
const flat = Math.cos((origin * Math.PI) / 180);
// Metres east and south, to scale at the middle latitude.
const east = (longitude) => longitude * DEGREE * flat;
const south = (latitude) => -latitude * DEGREE;
let view = whole();

function read() { return JSON.parse(document.getElementById("map-data").textContent); }
function places() { return mapData.way.length ? mapData.way : [...mapData.positions, ...mapData.fences, ...mapData.sites]; }

// All places with a margin around them, or the route of the chosen journey.
function whole() {
  const all = places();
  if (!all.length) return { x: east(-6), y: south(origin), width: 200_000 };
  const xs = all.flatMap((place) => [east(place.longitude) - (place.radius_m ?? 0), east(place.longitude) + (place.radius_m ?? 0)]);
  const ys = all.flatMap((place) => [south(place.latitude) - (place.radius_m ?? 0), south(place.latitude) + (place.radius_m ?? 0)]);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(right - left, (bottom - top) * aspect(), 400) * MARGIN;
  return { x: (left + right) / 2, y: (top + bottom) / 2, width };
}

function aspect() { return svg.clientWidth / svg.clientHeight || 1; }

function make(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function group(name, ...children) {
  const element = make("g", { class: name });
  element.append(...children.flat());
  return element;
}

function draw() {
  const [wide, tall] = [svg.clientWidth, svg.clientHeight];
  svg.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
  // The drawing is in pixels, so that lines and letters keep their size.
  const scale = wide / view.width;
  const at = (place) => [(east(place.longitude) - view.x) * scale + wide / 2, (south(place.latitude) - view.y) * scale + tall / 2];
  svg.replaceChildren(
    group("graticule", graticule(scale, wide, tall)),
    group("sites", mapData.sites.map((place) => site(place, at(place)))),
    group("fences", mapData.fences.map((place) => fence(place, at(place), scale))),
    group("way", way(at)),
    group("people", clusters(mapData.positions, at, chosen).map((place) => person(place, scale))),
    group("scale", bar(scale, tall)),
  );
  separate([".person.chosen text", ".person text", ".fence text", ".site text", ".way text"]);
}

// Of names that would be drawn on each other the first stays where it is; another moves to a free place beside its
// mark, and is left out where there is none: zooming in shows it.
function separate(names) {
  const drawn = [];
  const free = (box) => drawn.every((other) =>
    box.x > other.x + other.width || other.x > box.x + box.width || box.y > other.y + other.height || other.y > box.y + box.height);
  for (const name of new Set(names.flatMap((selector) => [...svg.querySelectorAll(selector)]))) {
    const { x, y, width, height } = name.getBBox();
    const places = [[0, 0], [0, height + 14], [width / 2 + 10, height / 2 + 7], [-width / 2 - 10, height / 2 + 7]];
    const place = places.find(([right, down]) => free({ x: x + right, y: y + down, width, height }));
    if (!place) { name.classList.add("covered"); continue; }
    name.setAttribute("transform", `translate(${round(place[0])} ${round(place[1])})`);
    drawn.push({ x: x + place[0], y: y + place[1], width, height });
  }
}

function graticule(scale, wide, tall) {
  const [left, top] = [view.x - wide / 2 / scale, view.y - tall / 2 / scale];
  const [west, north] = [left / DEGREE / flat, -top / DEGREE];
  const lines = [];
  for (const place of between(west, west + view.width / DEGREE / flat, wide)) {
    const x = round((east(place) - left) * scale);
    lines.push(make("path", { d: `M${x} 0V${tall}` }), make("text", { x: x + 4, y: tall - 26 }, degreeLabel(place, pgettext("compass", "E"), pgettext("compass", "W"))));
  }
  for (const place of between(north - tall / scale / DEGREE, north, tall)) {
    const y = round((south(place) - top) * scale);
    lines.push(make("path", { d: `M0 ${y}H${wide}` }), make("text", { x: 6, y: y - 4 }, degreeLabel(place, pgettext("compass", "N"), pgettext("compass", "S"))));
  }
  return lines;
}

function site(place, [x, y]) {
  const mark = make("path", { d: `M${round(x)} ${round(y - 5)}l5 5l-5 5l-5 -5z` });
  // A fence bears the name of its site.
  const named = mapData.fences.some((other) => other.site === place.name);
  return group("site", mark, named ? [] : make("text", { x: round(x), y: round(y - 9), "text-anchor": "middle" }, place.name));
}

function fence(place, [x, y], scale) {
  const r = Math.max(place.radius_m * scale, 3);
  const title = make("title", {}, gettext("{site}: fence of {metres} m", { site: place.site, metres: Math.round(place.radius_m) }));
  const circle = make("circle", { cx: round(x), cy: round(y), r: round(r) });
  circle.append(title);
  return group("fence", circle, make("text", { x: round(x), y: round(y - r - 5), "text-anchor": "middle" }, place.site));
}

function way(at) {
  const crumbs = mapData.way.map(at);
  if (!crumbs.length) return [];
  const line = make("polyline", { points: crumbs.map(([x, y]) => `${round(x)},${round(y)}`).join(" ") });
  const [first, last] = [crumbs[0], crumbs[crumbs.length - 1]];
  const dots = crumbs.map(([x, y]) => make("circle", { cx: round(x), cy: round(y), r: 2.5 }));
  const ends = [first, last].map(([x, y]) => make("circle", { class: "end", cx: round(x), cy: round(y), r: 6 }));
  const names = [[first, gettext("start")], [last, gettext("end")]].map(([[x, y], name]) => make("text", { x: round(x + 10), y: round(y + 4) }, name));
  return [line, ...dots, ...ends, ...names];
}

function person({ place, x, y, others }, scale) {
  const name = make("text", { x: round(x + 9), y: round(y + 4) }, others ? gettext("{name} and {others} more", { name: place.name, others }) : place.name);
  name.append(make("tspan", {}, `  ${place.age}`));
  const reach = (place.accuracy_m ?? 0) * scale;
  const circles = reach > 8 ? [make("circle", { class: "accuracy", cx: round(x), cy: round(y), r: round(reach) })] : [];
  const element = group(place.id === chosen ? "person chosen" : "person", circles, make("circle", { cx: round(x), cy: round(y), r: 5.5 }), name);
  element.dataset.person = place.id;
  element.dataset.latitude = place.latitude;
  element.dataset.longitude = place.longitude;
  return element;
}

// A bar of 1, 2 or 5 times a power of ten, not longer than a quarter of the map.
function bar(scale, tall) {
  const most = (svg.clientWidth / 4) / scale;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((place) => place <= most);
  const [x, y, length] = [12, tall - 12, metres * scale];
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  return [make("path", { d: `M${x} ${y - 5}v5h${round(length)}v-5` }), make("text", { x: x + 6, y: y - 5 }, label)];
}

function zoom(by, [dx, dy] = [0, 0]) {
  const width = Math.min(Math.max(view.width / by, NARROWEST), 8_000_000);
  const [kept, metres] = [1 - width / view.width, view.width / svg.clientWidth];
  view = { x: view.x + dx * metres * kept, y: view.y + dy * metres * kept, width };
  draw();
}

function move(dx, dy) {
  const metres = view.width / svg.clientWidth;
  view = { ...view, x: view.x + dx * metres, y: view.y + dy * metres };
  draw();
}

function all() { view = whole(); draw(); }

function centre(id) {
  const place = mapData.positions.find((position) => position.id === id);
  if (!place) return;
  chosen = id;
  view = { x: east(place.longitude), y: south(place.latitude), width: Math.min(view.width, 20_000) };
  draw();
  announcement.textContent = `${place.name}, ${place.age}`;
}

const KEYS = {
  ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60),
  "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: all,
};
svg.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  KEYS[event.key]();
  event.preventDefault();
});
const fromMiddle = (event) => {
  const box = svg.getBoundingClientRect();
  return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
};
svg.addEventListener("wheel", (event) => { zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, fromMiddle(event)); event.preventDefault(); }, { passive: false });

// One finger or the mouse moves, two fingers zoom.
const held = new Map();
svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); held.set(event.pointerId, event); });
for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => held.delete(event.pointerId));
svg.addEventListener("pointermove", (event) => {
  const before = held.get(event.pointerId);
  if (!before) return;
  const other = [...held.values()].find((place) => place.pointerId !== event.pointerId);
  held.set(event.pointerId, event);
  if (!other) { move(before.clientX - event.clientX, before.clientY - event.clientY); return; }
  const apart = (place) => Math.hypot(place.clientX - other.clientX, place.clientY - other.clientY);
  zoom(apart(event) / Math.max(apart(before), 1), fromMiddle(other));
});

document.addEventListener("click", (event) => {
  const how = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (how) ({ in: () => zoom(STEP), out: () => zoom(1 / STEP), all })[how]();
  const row = event.target.closest("button[data-person]");
  if (row) centre(Number(row.dataset.person));
});
// New positions are drawn without moving the view.
document.addEventListener("htmx:afterSettle", () => { mapData = read(); draw(); });
new ResizeObserver(draw).observe(svg);
