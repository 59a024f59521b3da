// Forms of records: pens, fields, rows a pen, fish by fish, with figures that follow what is typed.

import { button, copy } from "./dom.js";
import { makeKey } from "./store.js";
import { gettext } from "../texts.js";

export class Wrong extends Error {
  constructor(field, message) { super(message); this.field = field; }
}

// Returns the kind of record that a description makes: see kinds.js.
export function makeKind(about) {
  return {
    ...about,
    newDraft: () => ({ values: {}, rows: {}, list: [], mode: about.modes?.[0]?.[0] ?? "" }),
    show: (view, given) => showForm(about, view, given),
    undo: (result) => (about.address ? result.ids : []).map((id) => ({ path: `${about.address}/${id}?reason=Undone` })),
    strip: () => {},
    ...(about.undo ? { undo: about.undo } : {}),
  };
}

let serial = 0;

function showForm(about, view, { sheet, day, draft, keep, send }) {
  let given = { sheet, day, draft };
  const form = copy("form"), fields = form.querySelector(".fields");
  const controls = new Map();
  let addTyped = () => true, picture = null, problem = null;
  view.replaceChildren(form);
  draw();
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  return refresh;

  // Shows newer figures; what somebody is typing stays as it is.
  function refresh(next) {
    given.sheet = next;
    if (form.contains(document.activeElement) && document.activeElement.matches("input, select")) { showFigures(); return true; }
    const shown = problem;
    draw();
    // A refusal stays until something is changed.
    if (shown) showProblem(shown);
    return true;
  }

  function draw() {
    controls.clear();
    addTyped = () => true;
    fields.replaceChildren();
    if (about.modes) fields.append(makeModes());
    if (about.pens) fields.append(makePens());
    if (about.picture) fields.append(picture = makePicture());
    for (const field of about.fields(given)) fields.append(makeField(field, draft.values, field.name));
    if (about.row) fields.append(makeRows());
    const empty = about.empty?.(given);
    if (empty) fields.append(Object.assign(document.createElement("p"), { className: "hint", textContent: empty }));
    if (about.item && (about.hasItems?.(given) ?? true)) fields.append(makeList());
    showProblem(draft.problem);
    showFigures();
  }

  function note() { keep(); showFigures(); }

  function makeModes() {
    return makeChips(gettext("How"), about.modes, (value) => value === draft.mode, (value) => { draft.mode = value; keep(); draw(); });
  }

  function makePicture() { return about.picture(given, (item) => { Object.assign((draft.item ??= {}), item); keep(); draw(); }); }

  // One pen, or several of them.
  function makePens() {
    draft.pens ??= [];
    const options = given.sheet.pens.map((pen) => [pen.placement, nameOf(pen, given.sheet)]);
    const choose = (placement) => {
      const isChosen = draft.pens.includes(placement);
      if (about.pens === "one") draft.pens = [placement];
      else draft.pens = isChosen ? draft.pens.filter((other) => other !== placement) : [...draft.pens, placement];
      keep();
      draw();
    };
    return makeChips(gettext("Pen"), options, (placement) => draft.pens.includes(placement), choose, "placement");
  }

  function makeChips(title, options, isChosen, choose, name = "") {
    const group = copy("choice", { title });
    group.querySelector(".choices").append(...options.map(([value, label]) => {
      const chip = button(label, () => choose(value));
      chip.setAttribute("aria-pressed", String(isChosen(value)));
      return chip;
    }));
    if (name) controls.set(name, group);
    return group;
  }

  function makeField(field, values, key) {
    const row = copy("field", { label: field.label });
    const input = field.options ? document.createElement("select") : document.createElement("input");
    if (field.options) input.append(...field.options.map(([value, label]) => new Option(label, value)));
    else Object.assign(input, INPUTS[field.type ?? "text"]);
    const isOffered = !field.options || field.options.some(([value]) => String(value) === String(values[key]));
    if (values[key] === undefined || !isOffered) values[key] = field.start ?? String(field.options?.[0]?.[0] ?? "");
    const start = values[key];
    if (field.type === "tick") input.checked = Boolean(start); else input.value = start;
    input.addEventListener("input", () => { values[key] = field.type === "tick" ? input.checked : input.value; note(); });
    if (field.redraw) input.addEventListener("change", draw);
    row.querySelector("[data-input]").replaceWith(input);
    input.id = `field-${(serial += 1)}`;
    row.querySelector("label").htmlFor = input.id;
    row.querySelector("[data-refusal]").id = `${input.id}-refusal`;
    input.setAttribute("aria-describedby", `${input.id}-refusal`);
    controls.set(field.name, row);
    return row;
  }

  function makeRows() {
    const table = copy("rows");
    for (const { key, title, hint, fields: columns } of about.row(given)) {
      const line = copy("row", { title, hint });
      draft.rows[key] ??= {};
      for (const column of columns) line.querySelector(".cells").append(makeField({ ...column, name: `${column.name} ${key}` }, draft.rows[key], column.name));
      table.append(line);
    }
    return table;
  }

  // Items one after the other, such as fish: Enter goes to the next field, and after the last one adds the item.
  function makeList() {
    const list = copy("list", { title: about.item.title }), cells = list.querySelector(".cells"), values = (draft.item ??= {});
    const made = about.item.fields(given).map((field) => [field, makeField(field, values, field.name)]);
    cells.append(...made.map(([, row]) => row));
    const inputs = made.map(([, row]) => row.querySelector("input, select"));
    const add = () => {
      const item = Object.fromEntries(made.map(([{ name, type }], place) => [name, type === "tick" ? inputs[place].checked : inputs[place].value.trim()]));
      if (Object.values(item).every((value) => value === "")) return true;
      try { about.item.check?.(item); } catch (wrong) { showProblem({ errors: [{ field: wrong.field, detail: wrong.message }] }); return false; }
      showProblem(null);
      draft.list.push(item);
      made.forEach(([field], place) => { if (!field.options) { inputs[place].value = field.start ?? ""; values[field.name] = inputs[place].value; } });
      inputs[0].focus();
      showItems(list);
      note();
      return true;
    };
    // What is typed and not added yet belongs to what is saved.
    addTyped = () => made.every(([{ options, start = "" }], place) => options || inputs[place].value.trim() === start) || add();
    inputs.forEach((input, place) => input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (place + 1 < inputs.length) { inputs[place + 1].focus(); inputs[place + 1].select?.(); } else add();
    }));
    list.querySelector("[data-add]").textContent = about.item.add;
    list.querySelector("[data-add]").addEventListener("click", add);
    if (about.item.step) made.forEach(([, row], place) => addSteps(row, inputs[place]));
    showItems(list);
    return list;
  }

  function addSteps(row, input) {
    const step = (by) => { input.value = Math.max(0, Number(input.value || 0) + by); input.dispatchEvent(new Event("input")); };
    const less = button("−", () => step(-1)), more = button("+", () => step(1));
    less.setAttribute("aria-label", gettext("One less"));
    more.setAttribute("aria-label", gettext("One more"));
    const group = copy("steps");
    input.replaceWith(group);
    group.append(less, input, more);
    row.classList.add("stepped");
  }

  function showItems(list) {
    list.querySelector("ol").replaceChildren(...draft.list.map((item, place) => {
      const line = copy("item", { text: about.item.describe(item, given) });
      const remove = button("✕", () => { draft.list.splice(place, 1); showItems(list); note(); });
      remove.setAttribute("aria-label", gettext("Remove {place}", { place: place + 1 }));
      line.append(remove);
      return line;
    }).reverse());
  }

  function showFigures() {
    if (about.picture) { const next = makePicture(); picture.replaceWith(next); picture = next; }
    const shown = about.figures?.(given) ?? [];
    form.querySelector(".figures").replaceChildren(...shown.flatMap(({ label, value, isOver }) => {
      const figure = copy("figure", { label, value });
      figure.classList.toggle("wrong", Boolean(isOver));
      return [figure];
    }));
  }

  // A refusal stands at its field, else above the button.
  function showProblem(next) {
    problem = next;
    for (const slot of form.querySelectorAll("[data-refusal]")) slot.textContent = "";
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    if (!problem) return;
    const errors = problem.errors?.length ? problem.errors : [{ field: "", detail: problem.detail }];
    for (const { field, detail } of errors) {
      const row = controls.get(field) ?? controls.get(field.split(".").at(-1)) ?? form;
      [...row.querySelectorAll("[data-refusal]")].at(-1).textContent = `${detail[0].toUpperCase()}${detail.slice(1)}.`;
      if (row !== form) row.querySelector("input, select")?.setAttribute("aria-invalid", "true");
    }
  }

  function submit() {
    try {
      if (!addTyped()) return;
      if (about.pens && !draft.pens?.length) throw new Wrong("placement", gettext("choose a pen"));
      const made = about.build(given);
      delete draft.problem;
      send({ ...made, requests: made.requests.map((request) => ({ method: "POST", ...request, key: makeKey() })) });
    } catch (wrong) {
      if (!(wrong instanceof Wrong)) throw wrong;
      showProblem({ errors: [{ field: wrong.field, detail: wrong.message }] });
    }
  }
}

const INPUTS = {
  text: { type: "text", autocomplete: "off", maxLength: 80 },
  count: { type: "text", inputMode: "numeric", autocomplete: "off", maxLength: 9 },
  number: { type: "text", inputMode: "decimal", autocomplete: "off", maxLength: 12 },
  day: { type: "date" },
  time: { type: "time" },
  tick: { type: "checkbox" },
};

export function nameOf(pen, sheet) {
  const name = pen.container, site = sheet.site.name;
  return name.startsWith(site) ? name.slice(site.length).replace(/^[-/ ]+/, "") || name : name;
}

// A number that was typed, with a point or a comma; null where nothing was.
export function readNumber(text, field, { whole = false, needed = false } = {}) {
  const typed = String(text ?? "").trim().replace(/[\s\u202f]/g, "");
  if (!typed) { if (needed) throw new Wrong(field, gettext("this is missing")); return null; }
  if (!(whole ? /^\d{1,9}$/ : /^\d{1,9}([.,]\d{1,4})?$/).test(typed)) throw new Wrong(field, whole ? gettext("{text} is no whole number", { text }) : gettext("{text} is no number", { text }));
  return Number(typed.replace(",", "."));
}

export const readCount = (text, field, needed = false) => readNumber(text, field, { whole: true, needed });

export function readText(text, field) {
  if (!String(text ?? "").trim()) throw new Wrong(field, gettext("this is missing"));
  return text.trim();
}
