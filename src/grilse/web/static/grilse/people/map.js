// Where people are: their last positions, sites with their fences, and the route of a chosen journey.

import { addMark, makeMark, placeLabels } from "../maps/labels.js";
import { createMap } from "../maps/map.js";
import { clusters } from "./clusters.js";

const PERSON_ZOOM = 12;

const element = document.getElementById("map");
const announcement = document.getElementById("map-status");
let data = read();
let chosen = null;
let marks = [];
const map = createMap(element, places);
const layer = L.layerGroup().addTo(map);
draw();

function read() { return JSON.parse(document.getElementById("map-data").textContent); }
function places() { return data.way.length ? data.way : [...data.positions, ...data.fences, ...data.sites]; }

function draw() {
  layer.clearLayers();
  const named = new Set(data.sites.map((site) => site.name));
  data.fences.forEach(drawFence);
  drawWay();
  const people = clusters(data.positions, at, chosen).map(drawPerson);
  const sites = [...data.sites, ...data.fences.filter((fence) => !named.has(fence.site))]
    .map((place) => addMark(layer, place, makeMark("site", { name: place.name ?? place.site })));
  // The names of people come before those of sites where there is not room for both.
  marks = [...people, ...sites, ...drawEnds()].map((marker) => marker.getElement().firstElementChild);
  separate();
}

function separate() { placeLabels(element, marks); }

function at(place) {
  const { x, y } = map.latLngToLayerPoint([place.latitude, place.longitude]);
  return [x, y];
}

function drawFence(fence) {
  L.circle([fence.latitude, fence.longitude], { radius: fence.radius_m, className: "fence", interactive: false }).addTo(layer);
}

function drawWay() {
  const points = data.way.map((place) => [place.latitude, place.longitude]);
  if (!points.length) return;
  L.polyline(points, { className: "way", interactive: false, smoothFactor: 0 }).addTo(layer);
  for (const point of points) L.circleMarker(point, { radius: 2.5, className: "way-point", interactive: false }).addTo(layer);
}

function drawEnds() {
  if (!data.way.length) return [];
  const names = [[data.way[0], element.dataset.start], [data.way[data.way.length - 1], element.dataset.end]];
  return names.map(([place, name]) => addMark(layer, place, makeMark("way-end", { name })));
}

function drawPerson({ place, others }) {
  const name = others ? element.dataset.more.replace("{name}", place.name).replace("{others}", others) : place.name;
  const mark = makeMark(place.id === chosen ? "person chosen" : "person", { name, note: place.age });
  Object.assign(mark.dataset, { person: place.id, latitude: place.latitude, longitude: place.longitude });
  if (place.accuracy_m) {
    L.circle([place.latitude, place.longitude], { radius: place.accuracy_m, className: "accuracy", interactive: false }).addTo(layer);
  }
  return addMark(layer, place, mark, { zIndexOffset: place.id === chosen ? 2000 : 1000 });
}

function centre(id) {
  const place = data.positions.find((position) => position.id === id);
  if (!place) return;
  chosen = id;
  map.setView([place.latitude, place.longitude], Math.max(map.getZoom(), PERSON_ZOOM), { animate: false });
  draw();
  announcement.textContent = `${place.name}, ${place.age}`;
}

map.on("zoomend", draw);
map.on("moveend resize", separate);
document.addEventListener("click", (event) => {
  const row = event.target.closest("button[data-person]");
  if (row) centre(Number(row.dataset.person));
});
// New positions are drawn without moving the view.
document.addEventListener("htmx:afterSettle", () => { data = read(); draw(); });
