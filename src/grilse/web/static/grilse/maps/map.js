// A Leaflet map (the global L) on the coast of Natural Earth; nothing comes from another server.

const COAST = new URL("../world-atlas/", import.meta.url);
// Degrees around a place in which the coast is detailed, and the bytes that are loaded before somebody moves the map.
const NEAR = 1.5;
const FIRST_BYTES = 50_000;
// From this zoom on the coast that comes into view is loaded in detail.
const DETAILED_ZOOM = 7;
const HOME = [60, -5];

// `places` returns what the map shows as a whole, with latitude and longitude.
export function createMap(element, places) {
  const map = L.map(element, { zoomControl: true, minZoom: 2, maxZoom: 16, zoomSnap: 0.5, maxBoundsViscosity: 1 });
  map.attributionControl.setPrefix(false).addAttribution(element.dataset.source);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  for (const [name, level] of [["coast", 210], ["sea", 220], ["detail", 230]]) map.createPane(name).style.zIndex = level;
  const showAll = () => fitPlaces(map, places());
  showAll();
  addAllButton(map, showAll);
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "0" && !event.ctrlKey && !event.metaKey && !event.altKey) showAll();
  });
  map.coastDrawn = drawCoast(map, places());
  return map;
}

function fitPlaces(map, places) {
  const bounds = L.latLngBounds(places.map((place) => [place.latitude, place.longitude]));
  if (!bounds.isValid()) map.setView(HOME, 5);
  else map.fitBounds(bounds.pad(0.1), { maxZoom: 12, animate: false });
}

function addAllButton(map, showAll) {
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "all";
    button.textContent = map.getContainer().dataset.all;
    button.addEventListener("click", showAll);
    L.DomEvent.disableClickPropagation(button);
    return button;
  };
  control.addTo(map);
}

async function drawCoast(map, places) {
  const world = await load("world");
  addLand(map, "coast", world);
  const drawn = new Set();
  const detail = async (cells) => {
    const missing = cells.filter(([name]) => !drawn.has(name));
    for (const [name] of missing) drawn.add(name);
    const coasts = await Promise.all(missing.map(([name]) => load(name)));
    // A detailed cell covers the coarse coast below it.
    missing.forEach(([, west, south, east, north]) =>
      L.rectangle([[south, west], [north, east]], { pane: "sea", className: "sea", interactive: false }).addTo(map));
    for (const coast of coasts) addLand(map, "detail", coast);
  };
  map.on("moveend", () => {
    if (map.getZoom() < DETAILED_ZOOM) return;
    const view = map.getBounds();
    detail(world.cells.filter(([, west, south, east, north]) => view.intersects([[south, west], [north, east]])));
  });
  await detail(selectNearCells(world.cells, places));
}

// The nearest cells first, as many as may be loaded at once.
function selectNearCells(cells, places) {
  const distance = ([, west, south, east, north]) => Math.min(...places.map(({ latitude, longitude }) => Math.max(
    west - longitude, longitude - east, south - latitude, latitude - north, 0)));
  const near = cells.map((cell) => [distance(cell), cell]).filter(([apart]) => apart < NEAR).sort(([a], [b]) => a - b);
  let bytes = 0;
  return near.map(([, cell]) => cell).filter((cell) => (bytes += cell[5]) <= FIRST_BYTES);
}

async function load(name) {
  const answer = await fetch(new URL(`${name}.json`, COAST));
  if (!answer.ok) throw new Error(`the coast ${name} was not delivered: ${answer.status}`);
  return answer.json();
}

// Points are written as steps from the one before.
function addLand(map, pane, { scale, rings }) {
  const latLngs = rings.map((steps) => {
    const ring = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      ring.push([y / scale, x / scale]);
    }
    return ring;
  });
  if (latLngs.length) L.polygon(latLngs, { pane, className: "land", interactive: false, smoothFactor: 0.5 }).addTo(map);
}
