// The kinds of records: what is typed, what is shown meanwhile, and the requests that enter it.

import { biomass, fixed, group, percent, shiftDay, showDay, sum, toInstant, weight } from "./figures.js";
import { makeKind, nameOf, readCount, readNumber, readText, Wrong } from "./form.js";
import { showSite } from "./site_picture.js";
import { gettext, ngettext, wordOf } from "../texts.js";

const FISH = "fish", SUMS = "sums";
const findPen = ({ sheet, draft }) => sheet.pens.find(({ placement }) => placement === draft.pens?.[0]);
const findState = ({ sheet, draft }, placement = draft.pens?.[0]) => sheet.states.find((state) => state.placement === placement);
const listChosen = ({ sheet, draft }) => sheet.pens.filter(({ placement }) => draft.pens.includes(placement));
const optional = (name, value) => (value === null || value === "" ? {} : { [name]: value });
const mean = (values) => (values.length ? sum(values) / values.length : NaN);
const readQuietly = (text) => { try { return readNumber(text, "") ?? NaN; } catch { return NaN; } };

const STAGES = [["adult_female", gettext("Adult females")], ["mobile", gettext("Other mobile")], ["attached", gettext("Attached")]];

const lice = makeKind({
  title: gettext("Lice"), permission: "health.count", address: "/lice-counts", pens: "one",
  modes: [[FISH, gettext("Fish by fish")], [SUMS, gettext("Sums")]],
  fields: ({ draft }) => (draft.mode === SUMS
    ? [{ name: "fish_counted", label: gettext("Fish counted"), type: "count", start: "20" }, ...STAGES.map(([name, label]) => ({ name, label: gettext("{label}, all fish", { label }), type: "count" }))]
    : []),
  hasItems: ({ draft }) => draft.mode === FISH,
  item: {
    title: gettext("This fish"), add: gettext("Next fish"), step: true,
    fields: () => STAGES.map(([name, label]) => ({ name, label, type: "count", start: "0" })),
    check: (item) => STAGES.forEach(([name]) => readCount(item[name], name, true)),
    describe: (item) => STAGES.map(([name]) => item[name]).join(" · "),
  },
  figures(given) {
    const { sheet } = given, totals = countLice(given);
    const limit = sheet.lice_limits.limit ?? sheet.lice_limits.act ?? sheet.lice_limits.guidance;
    const females = totals.adult_female / totals.fish_counted;
    return [
      { label: gettext("Fish"), value: group(totals.fish_counted || 0) },
      ...STAGES.map(([name, label]) => ({ label: gettext("{label} a fish", { label }), value: fixed(totals[name] / totals.fish_counted, 2), isOver: name === "adult_female" && females >= limit })),
      { label: gettext("Limit"), value: limit === undefined ? gettext("none on this day") : fixed(limit, 2) },
    ];
  },
  build(given) {
    const { draft, day } = given;
    if (draft.mode === FISH && !draft.list.length) throw new Wrong("adult_female", gettext("count at least one fish"));
    const values = draft.mode === FISH ? countLice(given) : readSums(draft.values);
    const placement = draft.pens[0];
    return {
      requests: [{ path: "/lice-counts", body: { counts: [{ placement, date: day, ...values }] } }],
      title: gettext("Lice on {fish} fish of {pen}", { fish: values.fish_counted, pen: nameOf(findPen(given), given.sheet) }),
    };
  },
});

function countLice({ draft }) {
  const items = draft.mode === FISH ? draft.list : [draft.values];
  const fish = draft.mode === FISH ? items.length : readQuietly(draft.values.fish_counted);
  return { fish_counted: fish, ...Object.fromEntries(STAGES.map(([name]) => [name, sum(items.map((item) => readQuietly(item[name])))])) };
}

function readSums(values) {
  return { fish_counted: readCount(values.fish_counted, "fish_counted", true), ...Object.fromEntries(STAGES.map(([name]) => [name, readCount(values[name], name)])) };
}

const weights = makeKind({
  title: gettext("Weights"), permission: "stock.sample", address: "/weight-samples", pens: "one",
  modes: [[FISH, gettext("Fish by fish")], [SUMS, gettext("Mean")]],
  fields: ({ draft }) => [
    { name: "method", label: gettext("Method"), options: [["HAND", gettext("Hand")], ["GRADER", gettext("Grader")], ["CAMERA", gettext("Camera")]] },
    { name: "selection", label: gettext("Fish"), options: [["random", gettext("Random")], ["largest", gettext("Largest")], ["smallest", gettext("Smallest")]] },
    ...(draft.mode === SUMS ? [
      { name: "fish_weighed", label: gettext("Fish weighed"), type: "count" },
      { name: "mean_weight_g", label: gettext("Mean weight, g"), type: "number" },
      { name: "sd_g", label: gettext("SD, g"), type: "number" },
      { name: "mean_length_cm", label: gettext("Mean length, cm"), type: "number" },
    ] : []),
  ],
  hasItems: ({ draft }) => draft.mode === FISH,
  item: {
    title: gettext("This fish"), add: gettext("Next fish"),
    fields: () => [{ name: "weight_g", label: gettext("Weight, g"), type: "number" }, { name: "length_cm", label: gettext("Length, cm"), type: "number" }],
    check: (item) => { readNumber(item.weight_g, "weight_g", { needed: true }); readNumber(item.length_cm, "length_cm"); },
    describe: (item) => [`${item.weight_g} g`, item.length_cm && `${item.length_cm} cm`].filter(Boolean).join(", "),
  },
  figures(given) {
    const { draft } = given, state = findState(given);
    const expected = state ? [{ label: gettext("Expected"), value: `${weight(state.mean_weight_g)} ± ${weight(1.645 * state.mean_weight_sd_g)}` }] : [];
    if (draft.mode === SUMS) return expected;
    const grams = draft.list.map((item) => readQuietly(item.weight_g));
    const measured = draft.list.filter((item) => item.length_cm);
    const average = mean(grams);
    const sd = grams.length > 1 ? Math.sqrt(sum(grams.map((one) => (one - average) ** 2)) / (grams.length - 1)) : NaN;
    const condition = mean(measured.map((item) => (100 * readQuietly(item.weight_g)) / readQuietly(item.length_cm) ** 3));
    return [
      { label: gettext("Fish"), value: group(grams.length) }, { label: gettext("Mean"), value: weight(average) },
      { label: "SD", value: weight(sd) }, { label: "K", value: fixed(condition, 2) }, ...expected,
    ];
  },
  build(given) {
    const { draft, day } = given, { values } = draft;
    if (draft.mode === FISH && !draft.list.length) throw new Wrong("weight_g", gettext("weigh at least one fish"));
    const measured = draft.mode === FISH
      ? { fish: draft.list.map((item) => ({ weight_g: readNumber(item.weight_g, "weight_g"), ...optional("length_cm", readNumber(item.length_cm, "length_cm")) })) }
      : {
        fish_weighed: readCount(values.fish_weighed, "fish_weighed", true),
        mean_weight_g: readNumber(values.mean_weight_g, "mean_weight_g", { needed: true }),
        ...optional("sd_g", readNumber(values.sd_g, "sd_g")), ...optional("mean_length_cm", readNumber(values.mean_length_cm, "mean_length_cm")),
      };
    const sample = { placement: draft.pens[0], date: day, method: values.method, selection: values.selection, ...measured };
    return { requests: [{ path: "/weight-samples", body: { samples: [sample] } }], title: gettext("Weights of {fish} fish of {pen}", { fish: measured.fish?.length ?? measured.fish_weighed, pen: nameOf(findPen(given), given.sheet) }) };
  },
});

const feed = makeKind({
  title: gettext("Feed"), permission: "feeding.feed", address: "/meals",
  fields: ({ sheet }) => [
    { name: "time", label: gettext("Time"), type: "time", start: "08:00" },
    { name: "stored", label: gettext("Feed"), options: listStored(sheet) },
  ],
  row: ({ sheet }) => sheet.pens.map((pen) => ({
    key: pen.placement, title: nameOf(pen, sheet), hint: gettext("{fish} fish", { fish: group(pen.fish) }), fields: [{ name: "kg", label: "kg", type: "number" }],
  })),
  figures({ sheet, draft }) {
    const given = sum(sheet.pens.map(({ placement }) => readQuietly(draft.rows[placement]?.kg) || 0));
    const left = findStored(sheet, draft.values.stored)?.left_kg;
    return [
      { label: gettext("In all"), value: `${group(given)} kg` },
      ...(left === undefined ? [] : [{ label: gettext("Left afterwards"), value: `${group(left - given)} kg`, isOver: left < given }]),
    ];
  },
  build({ sheet, day, draft }) {
    const at = toInstant(day, draft.values.time, sheet.site.time_zone), stored = findStored(sheet, draft.values.stored);
    const meals = sheet.pens.flatMap(({ placement }) => {
      const kg = readNumber(draft.rows[placement]?.kg, `kg ${placement}`);
      return kg ? [{ placement, at, grams: Math.round(1000 * kg), ...(stored ? { feed: stored.feed, store: stored.store } : {}) }] : [];
    });
    if (!meals.length) throw new Wrong("", gettext("enter the feed of at least one pen"));
    return { requests: [{ path: "/meals", body: { meals } }], title: ngettext("{kg} kg of feed in {pens} pen", "{kg} kg of feed in {pens} pens", meals.length, { kg: group(sum(meals.map(({ grams }) => grams)) / 1000), pens: meals.length }) };
  },
});

const listStored = (sheet) => [
  ...sheet.stores.filter(({ feed: product }) => product).map((row) => [`${row.store} ${row.feed}`, `${row.feed_name} · ${row.store_name} · ${group(row.left_kg)} kg`]),
  ["", gettext("Not from a store")],
];
const findStored = (sheet, key) => sheet.stores.find((row) => row.feed && `${row.store} ${row.feed}` === key);

const delivery = makeKind({
  title: gettext("Delivery"), permission: "feeding.deliver", address: "/feed-lots",
  fields: ({ sheet }) => [
    { name: "store", label: gettext("Store"), options: [...new Map(sheet.stores.map((row) => [row.store, row.store_name]))] },
    { name: "feed", label: gettext("Feed"), options: sheet.feeds.map(({ id, name }) => [id, name]) },
    { name: "number", label: gettext("Lot number") },
    { name: "grams", label: gettext("Amount, kg"), type: "number" },
    { name: "price_per_kg", label: gettext("Price a kg"), type: "number" },
    { name: "supplier", label: gettext("Supplier") },
  ],
  build({ day, draft: { values } }) {
    const kg = readNumber(values.grams, "grams", { needed: true });
    const body = {
      store: Number(readText(values.store, "store")), feed: Number(readText(values.feed, "feed")), number: readText(values.number, "number"), delivered: day,
      grams: Math.round(1000 * kg), price_per_kg: Math.round(100 * readNumber(values.price_per_kg, "price_per_kg", { needed: true })), supplier: values.supplier ?? "",
    };
    return { requests: [{ path: "/feed-lots", body: { deliveries: [body] } }], title: gettext("{kg} kg of feed delivered", { kg: group(kg) }) };
  },
});

const METHODS = {
  delousing: ["thermal", "mechanical", "freshwater", "bath"],
  medication: ["in feed", "bath", "injection"],
  vaccination: ["injection", "dip"],
};
const treatment = makeKind({
  title: gettext("Treatment"), permission: "health.treat", address: "/treatments", pens: "several",
  fields: ({ day, draft }) => [
    { name: "kind", label: gettext("Kind"), options: [["delousing", gettext("Delousing")], ["medication", gettext("Medication")], ["vaccination", gettext("Vaccination")]], redraw: true },
    { name: "method", label: gettext("Method"), options: METHODS[draft.values.kind ?? "delousing"].map((name) => [name, wordOf(name)]) },
    { name: "stop", label: gettext("Last day"), type: "day", start: day },
    { name: "withdrawal_days", label: gettext("Withdrawal days"), type: "count", start: "0" },
    { name: "reason", label: gettext("Reason") },
    { name: "substance", label: gettext("Substance and amount") },
  ],
  figures: ({ day, draft: { values } }) => {
    const days = readQuietly(values.withdrawal_days);
    return days > 0 ? [{ label: gettext("Harvest from"), value: showDay(shiftDay(values.stop || day, days)) }] : [];
  },
  build(given) {
    const { day, draft: { values, pens } } = given;
    // The record has one text for both, of at most 80 characters.
    const why = [values.substance, values.reason].map((text) => (text ?? "").trim()).filter(Boolean).join("; ");
    if (why.length > 80) throw new Wrong("substance", gettext("with the reason, this has more than 80 characters"));
    const method = METHODS[values.kind].includes(values.method) ? values.method : METHODS[values.kind][0];
    const shared = { kind: values.kind, method, start: day, stop: values.stop || day, withdrawal_days: readCount(values.withdrawal_days, "withdrawal_days") ?? 0, reason: why };
    return { requests: [{ path: "/treatments", body: { treatments: pens.map((placement) => ({ placement, ...shared })) } }], title: ngettext("{kind}, {method}, of {pens} pen", "{kind}, {method}, of {pens} pens", pens.length, { kind: wordOf(shared.kind), method: wordOf(method), pens: pens.length }) };
  },
});

const PLAN = "plan", MOVE = "move";
const transfer = makeKind({
  title: gettext("Transfer"), permission: "stock.move",
  modes: [[MOVE, gettext("Carry out")], [PLAN, gettext("Plan")]],
  fields: ({ sheet, draft }) => (draft.mode === MOVE
    ? [{ name: "order", label: gettext("Order"), options: [...new Map(sheet.lines.map((line) => [line.order, `${line.number}, ${showDay(line.planned)}`]))], redraw: true }]
    : []),
  row: ({ sheet, draft }) => (draft.mode === MOVE ? listLines(sheet, draft) : []).map((line) => ({
    key: line.line, title: `${namePlacement(sheet, line.source)} → ${line.container_name}`, hint: gettext("{fish} planned", { fish: group(line.count) }),
    fields: [
      { name: "count", label: gettext("Fish moved"), type: "count" }, { name: "mean_weight_g", label: gettext("Mean weight, g"), type: "number" },
      { name: "last", label: gettext("The pen is empty"), type: "tick" }, { name: "more", label: gettext("More fish follow"), type: "tick" },
    ],
  })),
  hasItems: ({ draft }) => draft.mode === PLAN,
  empty: ({ sheet, draft }) => (draft.mode === MOVE && !sheet.lines.length ? gettext("No transfer out of these pens is planned.") : ""),
  item: {
    title: gettext("A line"), add: gettext("Add the line"),
    fields: ({ sheet }) => [
      { name: "source", label: gettext("From"), options: sheet.pens.map((pen) => [pen.placement, nameOf(pen, sheet)]) },
      { name: "container", label: "To", options: sheet.containers.map(({ id, name, site }) => [id, `${site} · ${name}`]) },
      { name: "count", label: gettext("Fish"), type: "count" },
    ],
    check: (item) => readCount(item.count, "count", true),
    describe: (item, { sheet }) => `${namePlacement(sheet, Number(item.source))} → ${sheet.containers.find(({ id }) => id === Number(item.container))?.name}: ${item.count}`,
  },
  picture: (given, choose) => showSite(given.sheet, listMoves(given.sheet, given.draft), given.draft.mode === PLAN ? given.draft : null, choose),
  figures: ({ sheet, draft }) => listMoves(sheet, draft).flatMap((move) => describeMove(sheet, move)),
  build({ sheet, day, draft }) {
    if (draft.mode === PLAN) {
      if (!draft.list.length) throw new Wrong("count", gettext("add a line"));
      const lines = draft.list.map((item) => ({ source: Number(item.source), container: Number(item.container), count: readCount(item.count, "count", true) }));
      const batch = sheet.pens.find(({ placement }) => placement === lines[0].source).batch_id;
      return { requests: [{ path: "/transfer-orders", body: { batch, date: day, lines } }], title: ngettext("Transfer of {lines} line planned", "Transfer of {lines} lines planned", lines.length, { lines: lines.length }) };
    }
    const moves = listLines(sheet, draft).flatMap(({ line }) => {
      const row = draft.rows[line] ?? {}, count = readCount(row.count, `count ${line}`);
      if (count === null) return [];
      const grams = readNumber(row.mean_weight_g, `mean_weight_g ${line}`);
      return [{ line, date: day, count, ...(grams === null ? {} : { mean_weight_g: grams, weight_method: "HAND" }), last: Boolean(row.last), more: Boolean(row.more) }];
    });
    if (!moves.length) throw new Wrong("", gettext("enter the fish of at least one line"));
    return { requests: [{ path: `/transfer-orders/${draft.values.order}/moves`, body: { moves } }], title: gettext("{fish} fish moved", { fish: group(sum(moves.map(({ count }) => count))) }) };
  },
  undo: (result) => (Array.isArray(result)
    ? result.map(({ movement }) => ({ path: `/movements/${movement}?reason=Undone` }))
    : [{ method: "POST", path: `/transfer-orders/${result.order}/cancel`, body: { reason: "Undone" } }]),
});

const listLines = (sheet, draft) => sheet.lines.filter(({ order }) => String(order) === String(draft.values.order));
const namePlacement = (sheet, placement) => nameOf(sheet.pens.find((pen) => pen.placement === placement) ?? { container: "?" }, sheet);

function listMoves(sheet, draft) {
  // The line that is typed shows as well, before it is added.
  if (draft.mode === PLAN) return [...draft.list, draft.item ?? {}].map((item) => ({ source: Number(item.source), container: Number(item.container), count: readQuietly(item.count), grams: NaN }));
  return listLines(sheet, draft).map((line) => ({ ...line, count: readQuietly(draft.rows[line.line]?.count), grams: readQuietly(draft.rows[line.line]?.mean_weight_g) }));
}

// The density that a move makes, and the limit of the container.
function describeMove(sheet, { source, container, count, grams }) {
  const state = sheet.states.find(({ placement }) => placement === source), target = sheet.containers.find(({ id }) => id === container);
  if (!(count > 0) || !target || !state) return [];
  const kg = (count * (Number.isFinite(grams) ? grams : state.mean_weight_g)) / 1000, limit = target.max_density_kg_m3;
  return [
    { label: gettext("{container} gets", { container: target.name }), value: biomass(kg) },
    { label: gettext("kg a m³ more"), value: `${fixed(kg / target.volume_m3, 1)}${limit ? ` ${gettext("of at most {limit}", { limit: fixed(limit, 0) })}` : ""}`, isOver: limit && kg / target.volume_m3 > limit },
  ];
}

const GRADES = ["superior", "ordinary", "production"];
const harvest = makeKind({
  title: gettext("Harvest"), permission: "stock.harvest", pens: "one",
  fields: () => [
    { name: "count", label: gettext("Fish"), type: "count" }, { name: "mean_weight_g", label: gettext("Mean live weight, g"), type: "number" },
    { name: "lot", label: gettext("Lot") }, { name: "last", label: gettext("The pen is empty"), type: "tick" },
  ],
  item: {
    title: gettext("A grade"), add: gettext("Add the grade"),
    fields: () => [{ name: "grade", label: gettext("Grade"), options: GRADES.map((name) => [name, wordOf(name)]) }, { name: "graded", label: gettext("Fish"), type: "count" }, { name: "gutted_kg", label: gettext("Gutted, kg"), type: "number" }],
    check: (item) => { readCount(item.graded, "graded", true); readNumber(item.gutted_kg, "gutted_kg", { needed: true }); },
    describe: (item) => gettext("{grade}: {fish} fish, {kg} kg", { grade: wordOf(item.grade), fish: item.graded, kg: item.gutted_kg }),
  },
  figures(given) {
    const { sheet, draft, day } = given, state = findState(given), hold = sheet.holds.find(({ placement }) => placement === draft.pens?.[0]);
    const count = readQuietly(draft.values.count), grams = readQuietly(draft.values.mean_weight_g) || state?.mean_weight_g;
    const gutted = sum(draft.list.map((item) => readQuietly(item.gutted_kg)));
    const live = (count * grams) / 1000;
    return [
      ...(live > 0 ? [{ label: gettext("Live"), value: biomass(live) }] : []),
      ...(live > 0 && draft.list.length ? [{ label: gettext("Gutted of live"), value: percent(gutted / live, 1) }] : []),
      ...(draft.pens?.length ? [{ label: gettext("Withdrawal"), value: hold ? gettext("harvest from {day}", { day: showDay(hold.until) }) : gettext("none"), isOver: hold && hold.until > day }] : []),
    ];
  },
  build(given) {
    const { day, draft: { values, pens, list } } = given, count = readCount(values.count, "count", true), grams = readNumber(values.mean_weight_g, "mean_weight_g");
    const grades = list.map((item) => ({ grade: item.grade, count: readCount(item.graded, "graded"), gutted_kg: readNumber(item.gutted_kg, "gutted_kg") }));
    const row = { placement: pens[0], date: day, count, ...optional("mean_weight_g", grams), lot: values.lot ?? "", last: Boolean(values.last), grades };
    return { requests: [{ path: "/harvests", body: { harvests: [row] } }], title: gettext("{fish} fish harvested from {pen}", { fish: group(count), pen: nameOf(findPen(given), given.sheet) }) };
  },
  undo: (result) => result.map(({ movement }) => ({ path: `/harvests/${movement}?reason=Undone` })),
});

const SCORED = ["gills", "skin", "fins", "eyes", "snout"], SEVERE = [1, 2, 3];
const health = makeKind({
  title: gettext("Health"), permission: "health.sample", address: "/health-samples", pens: "one",
  fields: () => [{ name: "fish", label: gettext("Fish examined"), type: "count", start: "20" }],
  row: () => SCORED.map((name) => ({
    key: name, title: wordOf(name), hint: gettext("fish with each score; the others have 0"), fields: SEVERE.map((score) => ({ name: String(score), label: String(score), type: "count" })),
  })),
  build(given) {
    const { day, draft } = given, fish = readCount(draft.values.fish, "fish", true);
    const scores = Object.fromEntries(SCORED.map((name) => {
      const some = SEVERE.map((score) => readCount(draft.rows[name]?.[score], `${score} ${name}`) ?? 0);
      if (sum(some) > fish) throw new Wrong(`1 ${name}`, gettext("more scores than the {fish} fish", { fish }));
      return [name, [fish - sum(some), ...some]];
    }));
    return { requests: [{ path: "/health-samples", body: { samples: [{ placement: draft.pens[0], date: day, fish, scores }] } }], title: gettext("Health of {fish} fish of {pen}", { fish, pen: nameOf(findPen(given), given.sheet) }) };
  },
});

const PARAMETERS = [["temperature_c", gettext("Temperature, °C")], ["oxygen_pct", gettext("Oxygen, %")], ["salinity_ppt", gettext("Salinity, ‰")]];
const reading = makeKind({
  title: gettext("Reading"), permission: "environment.ingest", pens: "several",
  fields: () => [{ name: "time", label: gettext("Time"), type: "time", start: "08:00" }, ...PARAMETERS.map(([name, label]) => ({ name, label, type: "number" }))],
  build(given) {
    const { day, sheet, draft } = given, at = toInstant(day, draft.values.time, sheet.site.time_zone);
    const values = Object.assign({}, ...PARAMETERS.map(([name]) => optional(name, readNumber(draft.values[name], name))));
    if (!Object.keys(values).length) throw new Wrong("temperature_c", gettext("enter a value"));
    const text = listChosen(given).map((pen) => JSON.stringify({ container: pen.container, at, ...values })).join("\n");
    return { requests: [{ path: "/readings", text, type: "application/x-ndjson" }], title: ngettext("Reading in {pens} pen", "Reading in {pens} pens", draft.pens.length, { pens: draft.pens.length }) };
  },
  // Readings have no author: who may withdraw all of them undoes.
  undo: (_, { text }, allowed) => (allowed.has("environment.correct")
    ? text.split("\n").map((line) => JSON.parse(line)).map(({ container, at }) => ({ method: "POST", path: "/readings/withdrawals", body: { container, at: [at], reason: "Undone" } }))
    : []),
});

export const forms = { lice, weights, feed, delivery, treatment, transfer, harvest, health, reading };
