// Weight samples to review: excluded with a reason, or included again. The server renders the list.

import { isoDate } from "./format.js";

const part = (id) => document.getElementById(id);

export function bindReview(page) {
  part("readout").addEventListener("click", (event) => { if (event.target.closest("[data-review]")) page.review(); });
  part("records").addEventListener("click", (event) => { if (event.target.closest("[data-close]")) close(); });
  part("records").addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  // The same request has updated the states already.
  document.body.addEventListener("statesChanged", () => page.load({ stay: true }));
}

export function review(samples, placement) {
  const days = samples.map((sample) => sample.at);
  const query = new URLSearchParams({ first: isoDate(Math.min(...days)), last: isoDate(Math.max(...days)) });
  if (placement) query.set("placement", placement);
  part("records").hidden = false;
  htmx.ajax("GET", `${part("records").dataset.source}?${query}`, { target: "#records", swap: "innerHTML" })
    .then(() => part("records").focus());
}

function close() {
  part("records").hidden = true;
  part("records").replaceChildren();
  part("charts").focus();
}
