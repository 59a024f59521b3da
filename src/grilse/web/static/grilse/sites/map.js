// The sites on a map, coloured by their findings; each mark is a link with the figures of its site.

import { addMark, makeMark, placeLabels } from "../maps/labels.js";
import { createMap } from "../maps/map.js";

const element = document.getElementById("sites-map");
const sites = JSON.parse(document.getElementById("sites-data").textContent);
const map = createMap(element, sites);
const marks = sites.map((site) => {
  const mark = makeMark(`site ${site.kind} ${site.state}`, { name: site.name, note: site.note, address: site.address });
  mark.setAttribute("aria-label", [site.name, ...site.lines].join(", "));
  const marker = addMark(map, site, mark, { zIndexOffset: site.rank * 1000 });
  marker.bindTooltip(describe(site), { direction: "top", offset: [0, -10], opacity: 1 });
  mark.addEventListener("focus", () => marker.openTooltip());
  mark.addEventListener("blur", () => marker.closeTooltip());
  return mark;
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
