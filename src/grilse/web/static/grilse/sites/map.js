// The sites on a map, coloured by their findings; each mark is a link with the figures of its site.

import { addMark, makeMark, placeLabels } from "../maps/labels.js";
import { createMap } from "../maps/map.js";

const element = document.getElementById("sites-map");
const sites = JSON.parse(document.getElementById("sites-data").textContent);
const map = createMap(element, () => sites);
const marks = sites.map((site) => {
  const mark = makeMark(`site ${site.kind} ${site.state}`, { name: site.name, note: site.note, address: site.address });
  mark.setAttribute("aria-label", [site.name, ...site.lines].join(", "));
  const marker = addMark(map, site, mark, { zIndexOffset: site.rank * 1000 });
  marker.bindTooltip(describe(site), { opacity: 1 });
  mark.addEventListener("focus", () => marker.openTooltip());
  mark.addEventListener("blur", () => marker.closeTooltip());
  return mark;
});
// The figures are drawn towards the middle of the map, where there is room.
map.on("tooltipopen", ({ tooltip }) => {
  const isHigh = map.latLngToContainerPoint(tooltip.getLatLng()).y < map.getSize().y / 2;
  Object.assign(tooltip.options, { direction: isHigh ? "bottom" : "top", offset: L.point(0, isHigh ? 10 : -10) });
  tooltip.update();
});
const separate = () => placeLabels(element, marks);
map.on("moveend zoomend resize", separate);
separate();
map.coastDrawn.then(() => { element.dataset.coast = "drawn"; });

function describe(site) {
  const box = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = site.name;
  box.append(name, ...site.lines.map((text) => {
    const line = document.createElement("div");
    line.textContent = text;
    return line;
  }));
  return box;
}
