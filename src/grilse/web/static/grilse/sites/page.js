// The pages of a site and of a container: the chart of the water, and a table that sorts in its place.

import { bindWater } from "./water.js";

document.querySelectorAll("#water").forEach(bindWater);

document.getElementById("pens")?.addEventListener("click", (event) => {
  const link = event.target.closest("thead a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const name = new URL(link.href).searchParams.get("sort");
  htmx.ajax("GET", link.href, { target: "#pens", swap: "innerHTML" }).then(() => {
    history.replaceState(null, "", link.href);
    document.querySelector(`#pens th[aria-sort="${name.startsWith("-") ? "descending" : "ascending"}"] a`)?.focus();
  });
});
