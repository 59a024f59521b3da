// What works on every page: search by "/", choosers that close, toasts, steppers, days, downloads of charts.

import { formatDay } from "./texts.js";

const TOAST_MS = 60_000;

const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");
const matches = () => [...document.querySelectorAll("#search-matches a")];

function closeSearch() { document.getElementById("search-matches")?.replaceChildren(); }

function closeOthers(target) {
  for (const open of document.querySelectorAll("details.chooser[open], details.rest[open], details.help[open]")) {
    if (!open.contains(target)) open.open = false;
  }
  if (!target.closest?.(".search")) closeSearch();
}

function walkMatches(event) {
  if (!event.target.closest?.(".search") || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = matches();
  const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  (all[at] ?? document.getElementById("search")).focus();
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    const search = document.getElementById("search");
    if (search) { search.focus(); event.preventDefault(); }
  }
  if (event.key === "Escape") {
    const open = event.target.closest?.("details.chooser[open], details.rest[open], details.help[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    if (event.target.closest?.(".search")) { closeSearch(); document.getElementById("search").focus(); }
  }
  walkMatches(event);
});
document.addEventListener("click", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });

// Entries that Enter has not sent yet: their number stands at its link, and a log-out asks.
function markUnsent() {
  const waiting = Number(localStorage.getItem("grilse-waiting"));
  for (const link of document.querySelectorAll('.bar a[href="/enter/"]')) link.toggleAttribute("data-unsent", waiting > 0);
  return waiting;
}
document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/logout/")) return;
  const waiting = markUnsent();
  if (waiting && !confirm(document.body.dataset.unsent.replace("{n}", waiting))) event.preventDefault();
});
addEventListener("storage", markUnsent);
markUnsent();

// Toasts go after a minute, with their undo.
function scheduleToasts() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "";
    setTimeout(() => toast.remove(), TOAST_MS);
  }
}
document.addEventListener("click", (event) => { if (event.target.matches(".toast .dismiss")) event.target.closest(".toast").remove(); });
document.addEventListener("htmx:afterSettle", scheduleToasts);
scheduleToasts();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stepper] [data-step]");
  if (!button) return;
  const field = button.closest("[data-stepper]").querySelector("input");
  const [least, most] = [field.min, field.max].map((text, i) => (text === "" ? (i ? Infinity : -Infinity) : Number(text)));
  field.value = Math.min(Math.max(Number(field.value || 0) + Number(button.dataset.step), least), most);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// A day is typed, or chosen in the calendar of the browser.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-day] button");
  if (button) button.parentElement.querySelector("[type=date]").showPicker();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-day] [type=date]") || !event.target.value) return;
  const field = event.target.parentElement.querySelector("[type=text]");
  field.value = formatDay(event.target.value);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// The panels of a chart as one picture.
document.addEventListener("click", (event) => {
  const id = event.target.dataset?.png;
  if (!id) return;
  const panels = [...document.querySelectorAll(`[data-chart="${id}"] canvas`)];
  const picture = document.createElement("canvas");
  picture.width = Math.max(...panels.map((panel) => panel.width));
  picture.height = panels.reduce((sum, panel) => sum + panel.height, 0);
  const context = picture.getContext("2d");
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--paper");
  context.fillRect(0, 0, picture.width, picture.height);
  panels.reduce((top, panel) => { context.drawImage(panel, 0, top); return top + panel.height; }, 0);
  const link = document.createElement("a");
  link.href = picture.toDataURL("image/png");
  link.download = `${id}.png`;
  link.click();
});
