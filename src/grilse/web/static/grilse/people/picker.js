// A field to choose a person by, after the combobox pattern of ARIA: the server writes the options.

import { gettext, ngettext } from "../texts.js";

const PICKER = "[data-picker]";
const parts = (picker) => ({
  field: picker.querySelector("[role=combobox]"), chosen: picker.querySelector("[type=hidden]"),
  list: picker.querySelector("[role=listbox]"), status: picker.querySelector("[role=status]"),
});
const options = (list) => [...list.querySelectorAll("[role=option]")];
const isOpen = ({ list }) => !list.hidden;

function show(picker) {
  const { field, list, status } = parts(picker);
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  options(list).forEach((option, i) => { option.id = `${list.id}-${i}`; });
  const persons = list.querySelectorAll("[data-id]").length;
  const hasMore = list.querySelector("[data-more]");
  const found = hasMore ? gettext("{persons} persons and more", { persons }) : ngettext("{persons} person", "{persons} persons", persons, { persons });
  status.textContent = persons ? found : gettext("No name begins like this.");
}

function close(picker) {
  const { field, list } = parts(picker);
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  point(picker, null);
}

const pointed = (picker) => parts(picker).list.querySelector("[aria-selected=true]");

function point(picker, option) {
  const { field, list } = parts(picker);
  options(list).forEach((item) => item.setAttribute("aria-selected", String(item === option)));
  if (!option) { field.removeAttribute("aria-activedescendant"); return; }
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(picker, by) {
  const all = options(parts(picker).list);
  if (!all.length) return;
  const at = all.indexOf(pointed(picker));
  point(picker, all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function take(picker, option) {
  if ("more" in option.dataset) { htmx.trigger(option, "more"); return; }
  const { field, chosen } = parts(picker);
  field.value = option.dataset.name;
  chosen.value = option.dataset.id;
  close(picker);
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

const MOVES = {
  ArrowDown: (picker) => (isOpen(parts(picker)) ? step(picker, 1) : htmx.trigger(parts(picker).field, "open")),
  ArrowUp: (picker) => step(picker, -1),
  PageDown: (picker) => step(picker, 10),
  PageUp: (picker) => step(picker, -10),
};

const EDGES = { Home: -Infinity, End: Infinity };

function key(event) {
  const picker = event.target.closest(PICKER);
  if (!picker || event.target.getAttribute("role") !== "combobox") return;
  const all = parts(picker);
  if (MOVES[event.key]) { MOVES[event.key](picker); event.preventDefault(); return; }
  // Within the options these keys are theirs, else the text's.
  if (EDGES[event.key] && pointed(picker)) { step(picker, EDGES[event.key]); event.preventDefault(); return; }
  if (event.key === "Enter" && isOpen(all)) {
    // Typed text is no person yet: the form waits until a person is chosen.
    event.preventDefault();
    const only = options(all.list);
    const option = pointed(picker) ?? (only.length === 1 ? only[0] : null);
    if (option) take(picker, option);
  } else if (event.key === "Escape") {
    htmx.trigger(all.field, "htmx:abort");
    if (isOpen(all)) close(picker);
    else { all.field.value = ""; all.chosen.value = ""; }
    event.preventDefault();
  }
}

// How many options a list held when more were asked for; none where it is written anew.
const asked = new Map();

function asks(event) {
  const picker = event.target.closest?.(PICKER);
  if (!picker) return;
  const { list } = parts(picker);
  asked.set(list, "more" in event.target.dataset ? options(list).length - 1 : 0);
}

// What is loaded stands behind what was there; the first of it is pointed at. Each new option tells of itself.
function loaded(event) {
  const picker = event.target.closest?.(PICKER);
  const list = picker && parts(picker).list;
  if (!asked.has(list)) return;
  const before = asked.get(list);
  asked.delete(list);
  show(picker);
  if (before) point(picker, options(list)[before]);
}

document.addEventListener("keydown", key);
document.addEventListener("htmx:beforeRequest", asks);
document.addEventListener("htmx:afterSwap", loaded);
document.addEventListener("input", (event) => {
  const picker = event.target.closest(PICKER);
  if (picker) parts(picker).chosen.value = "";
});
document.addEventListener("focusout", (event) => {
  const picker = event.target.closest(PICKER);
  if (picker && !picker.contains(event.relatedTarget)) close(picker);
});
// The field keeps the focus while a pointer chooses.
document.addEventListener("pointerdown", (event) => { if (event.target.closest(`${PICKER} [role=listbox]`)) event.preventDefault(); });
document.addEventListener("mousedown", (event) => { if (event.target.closest(`${PICKER} [role=listbox]`)) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const list = event.target.closest(`${PICKER} [role=listbox]`);
  if (!list) return;
  const option = event.target.closest("[role=option]");
  if (option) take(list.closest(PICKER), option);
  else close(list.closest(PICKER));
});
