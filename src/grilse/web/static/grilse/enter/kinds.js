// The kinds of records: what is typed, what is shown meanwhile, and the requests that enter it.

import { biomass, fixed, group, percent, shiftDay, showDay, sum, toInstant, weight } from "./figures.js";
import { makeKind, nameOf, readCount, readNumber, readText, Wrong } from "./form.js";
import { showSite } from "./site_picture.js";

const FISH = "fish", SUMS = "sums";
const findPen = ({ sheet, draft }) => sheet.pens.find(({ placement }) => placement === draft.pens?.[0]);
const findState = ({ sheet, draft }, placement = draft.pens?.[0]) => sheet.states.find((state) => state.placement === placement);
const listChosen = ({ sheet, draft }) => sheet.pens.filter(({ placement }) => draft.pens.includes(placement));
const optional = (name, value) => (value === null || value === "" ? {} : { [name]: value });
const mean = (values) => (values.length ? sum(values) / values.length : NaN);
const readQuietly = (text) => { try { return readNumber(text, "") ?? NaN; } catch { return NaN; } };

const STAGES = [["adult_female", "Adult females"], ["mobile", "Other mobile"], ["attached", "Attached"]];

const lice = makeKind({
  title: "Lice", permission: "health.count", address: "/lice-counts", pens: "one",
  modes: [[FISH, "Fish by fish"], [SUMS, "Sums"]],
  fields: ({ draft }) => (draft.mode === SUMS
    ? [{ name: "fish_counted", label: "Fish counted", type: "count", start: "20" }, ...STAGES.map(([name, label]) => ({ name, label: `${label}, all fish`, type: "count" }))]
    : []),
  hasItems: ({ draft }) => draft.mode === FISH,
  item: {
    title: "This fish", add: "Next fish", step: true,
    fields: () => STAGES.map(([name, label]) => ({ name, label, type: "count", start: "0" })),
    check: (item) => STAGES.forEach(([name]) => readCount(item[name], name, true)),
    describe: (item) => STAGES.map(([name]) => item[name]).join(" · "),
  },
  figures(given) {
    const { sheet } = given, totals = countLice(given);
    const limit = sheet.lice_limits.limit ?? sheet.lice_limits.act ?? sheet.lice_limits.guidance;
    const females = totals.adult_female / totals.fish_counted;
    return [
      { label: "Fish", value: group(totals.fish_counted || 0) },
      ...STAGES.map(([name, label]) => ({ label: `${label} a fish`, value: fixed(totals[name] / totals.fish_counted, 2), isOver: name === "adult_female" && females >= limit })),
      { label: "Limit", value: limit === undefined ? "none on this day" : fixed(limit, 2) },
    ];
  },
  build(given) {
    const { draft, day } = given;
    if (draft.mode === FISH && !draft.list.length) throw new Wrong("adult_female", "count at least one fish");
    const values = draft.mode === FISH ? countLice(given) : readSums(draft.values);
    const placement = draft.pens[0];
    return {
      requests: [{ path: "/lice-counts", body: { counts: [{ placement, date: day, ...values }] } }],
      title: `Lice on ${values.fish_counted} fish of ${nameOf(findPen(given), given.sheet)}`,
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
  title: "Weights", permission: "stock.sample", address: "/weight-samples", pens: "one",
  modes: [[FISH, "Fish by fish"], [SUMS, "Mean"]],
  fields: ({ draft }) => [
    { name: "method", label: "Method", options: [["HAND", "Hand"], ["GRADER", "Grader"], ["CAMERA", "Camera"]] },
    { name: "selection", label: "Fish", options: [["random", "Random"], ["largest", "Largest"], ["smallest", "Smallest"]] },
    ...(draft.mode === SUMS ? [
      { name: "fish_weighed", label: "Fish weighed", type: "count" },
      { name: "mean_weight_g", label: "Mean weight, g", type: "number" },
      { name: "sd_g", label: "SD, g", type: "number" },
      { name: "mean_length_cm", label: "Mean length, cm", type: "number" },
    ] : []),
  ],
  hasItems: ({ draft }) => draft.mode === FISH,
  item: {
    title: "This fish", add: "Next fish",
    fields: () => [{ name: "weight_g", label: "Weight, g", type: "number" }, { name: "length_cm", label: "Length, cm", type: "number" }],
    check: (item) => { readNumber(item.weight_g, "weight_g", { needed: true }); readNumber(item.length_cm, "length_cm"); },
    describe: (item) => [`${item.weight_g} g`, item.length_cm && `${item.length_cm} cm`].filter(Boolean).join(", "),
  },
  figures(given) {
    const { draft } = given, state = findState(given);
    const expected = state ? [{ label: "Expected", value: `${weight(state.mean_weight_g)} ± ${weight(1.645 * state.mean_weight_sd_g)}` }] : [];
    if (draft.mode === SUMS) return expected;
    const grams = draft.list.map((item) => readQuietly(item.weight_g));
    const measured = draft.list.filter((item) => item.length_cm);
    const average = mean(grams);
    const sd = grams.length > 1 ? Math.sqrt(sum(grams.map((one) => (one - average) ** 2)) / (grams.length - 1)) : NaN;
    const condition = mean(measured.map((item) => (100 * readQuietly(item.weight_g)) / readQuietly(item.length_cm) ** 3));
    return [
      { label: "Fish", value: group(grams.length) }, { label: "Mean", value: weight(average) },
      { label: "SD", value: weight(sd) }, { label: "K", value: fixed(condition, 2) }, ...expected,
    ];
  },
  build(given) {
    const { draft, day } = given, { values } = draft;
    if (draft.mode === FISH && !draft.list.length) throw new Wrong("weight_g", "weigh at least one fish");
    const measured = draft.mode === FISH
      ? { fish: draft.list.map((item) => ({ weight_g: readNumber(item.weight_g, "weight_g"), ...optional("length_cm", readNumber(item.length_cm, "length_cm")) })) }
      : {
        fish_weighed: readCount(values.fish_weighed, "fish_weighed", true),
        mean_weight_g: readNumber(values.mean_weight_g, "mean_weight_g", { needed: true }),
        ...optional("sd_g", readNumber(values.sd_g, "sd_g")), ...optional("mean_length_cm", readNumber(values.mean_length_cm, "mean_length_cm")),
      };
    const sample = { placement: draft.pens[0], date: day, method: values.method, selection: values.selection, ...measured };
    return { requests: [{ path: "/weight-samples", body: { samples: [sample] } }], title: `Weights of ${measured.fish?.length ?? measured.fish_weighed} fish of ${nameOf(findPen(given), given.sheet)}` };
  },
});

const feed = makeKind({
  title: "Feed", permission: "feeding.feed", address: "/meals",
  fields: ({ sheet }) => [
    { name: "time", label: "Time", type: "time", start: "08:00" },
    { name: "stored", label: "Feed", options: listStored(sheet) },
  ],
  row: ({ sheet }) => sheet.pens.map((pen) => ({
    key: pen.placement, title: nameOf(pen, sheet), hint: `${group(pen.fish)} fish`, fields: [{ name: "kg", label: "kg", type: "number" }],
  })),
  figures({ sheet, draft }) {
    const given = sum(sheet.pens.map(({ placement }) => readQuietly(draft.rows[placement]?.kg) || 0));
    const left = findStored(sheet, draft.values.stored)?.left_kg;
    return [
      { label: "In all", value: `${group(given)} kg` },
      ...(left === undefined ? [] : [{ label: "Left afterwards", value: `${group(left - given)} kg`, isOver: left < given }]),
    ];
  },
  build({ sheet, day, draft }) {
    const at = toInstant(day, draft.values.time, sheet.site.time_zone), stored = findStored(sheet, draft.values.stored);
    const meals = sheet.pens.flatMap(({ placement }) => {
      const kg = readNumber(draft.rows[placement]?.kg, `kg ${placement}`);
      return kg ? [{ placement, at, grams: Math.round(1000 * kg), ...(stored ? { feed: stored.feed, store: stored.store } : {}) }] : [];
    });
    if (!meals.length) throw new Wrong("", "enter the feed of at least one pen");
    return { requests: [{ path: "/meals", body: { meals } }], title: `${group(sum(meals.map(({ grams }) => grams)) / 1000)} kg of feed in ${meals.length} pens` };
  },
});

const listStored = (sheet) => [
  ...sheet.stores.filter(({ feed: product }) => product).map((row) => [`${row.store} ${row.feed}`, `${row.feed_name} · ${row.store_name} · ${group(row.left_kg)} kg`]),
  ["", "Not from a store"],
];
const findStored = (sheet, key) => sheet.stores.find((row) => row.feed && `${row.store} ${row.feed}` === key);

const delivery = makeKind({
  title: "Delivery", permission: "feeding.deliver", address: "/feed-lots",
  fields: ({ sheet }) => [
    { name: "store", label: "Store", options: [...new Map(sheet.stores.map((row) => [row.store, row.store_name]))] },
    { name: "feed", label: "Feed", options: sheet.feeds.map(({ id, name }) => [id, name]) },
    { name: "number", label: "Lot number" },
    { name: "grams", label: "Amount, kg", type: "number" },
    { name: "price_per_kg", label: "Price a kg", type: "number" },
    { name: "supplier", label: "Supplier" },
  ],
  build({ day, draft: { values } }) {
    const kg = readNumber(values.grams, "grams", { needed: true });
    const body = {
      store: Number(readText(values.store, "store")), feed: Number(readText(values.feed, "feed")), number: readText(values.number, "number"), delivered: day,
      grams: Math.round(1000 * kg), price_per_kg: Math.round(100 * readNumber(values.price_per_kg, "price_per_kg", { needed: true })), supplier: values.supplier ?? "",
    };
    return { requests: [{ path: "/feed-lots", body: { deliveries: [body] } }], title: `${group(kg)} kg of feed delivered` };
  },
});

const METHODS = {
  delousing: ["thermal", "mechanical", "freshwater", "bath"],
  medication: ["in feed", "bath", "injection"],
  vaccination: ["injection", "dip"],
};
const treatment = makeKind({
  title: "Treatment", permission: "health.treat", address: "/treatments", pens: "several",
  fields: ({ day, draft }) => [
    { name: "kind", label: "Kind", options: [["delousing", "Delousing"], ["medication", "Medication"], ["vaccination", "Vaccination"]], redraw: true },
    { name: "method", label: "Method", options: METHODS[draft.values.kind ?? "delousing"].map((name) => [name, name]) },
    { name: "stop", label: "Last day", type: "day", start: day },
    { name: "withdrawal_days", label: "Withdrawal days", type: "count", start: "0" },
    { name: "reason", label: "Reason" },
    { name: "substance", label: "Substance and amount" },
  ],
  figures: ({ day, draft: { values } }) => {
    const days = readQuietly(values.withdrawal_days);
    return days > 0 ? [{ label: "Harvest from", value: showDay(shiftDay(values.stop || day, days)) }] : [];
  },
  build(given) {
    const { day, draft: { values, pens } } = given;
    // The record has one text for both, of at most 80 characters.
    const why = [values.substance, values.reason].map((text) => (text ?? "").trim()).filter(Boolean).join("; ");
    if (why.length > 80) throw new Wrong("substance", "with the reason, this has more than 80 characters");
    const method = METHODS[values.kind].includes(values.method) ? values.method : METHODS[values.kind][0];
    const shared = { kind: values.kind, method, start: day, stop: values.stop || day, withdrawal_days: readCount(values.withdrawal_days, "withdrawal_days") ?? 0, reason: why };
    return { requests: [{ path: "/treatments", body: { treatments: pens.map((placement) => ({ placement, ...shared })) } }], title: `${shared.kind}, ${method}, of ${pens.length} pens` };
  },
});

const PLAN = "plan", MOVE = "move";
const transfer = makeKind({
  title: "Transfer", permission: "stock.move",
  modes: [[MOVE, "Carry out"], [PLAN, "Plan"]],
  fields: ({ sheet, draft }) => (draft.mode === MOVE
    ? [{ name: "order", label: "Order", options: [...new Map(sheet.lines.map((line) => [line.order, `${line.number}, ${showDay(line.planned)}`]))], redraw: true }]
    : []),
  row: ({ sheet, draft }) => (draft.mode === MOVE ? listLines(sheet, draft) : []).map((line) => ({
    key: line.line, title: `${namePlacement(sheet, line.source)} → ${line.container_name}`, hint: `${group(line.count)} planned`,
    fields: [
      { name: "count", label: "Fish moved", type: "count" }, { name: "mean_weight_g", label: "Mean weight, g", type: "number" },
      { name: "last", label: "The pen is empty", type: "tick" }, { name: "more", label: "More fish follow", type: "tick" },
    ],
  })),
  hasItems: ({ draft }) => draft.mode === PLAN,
  empty: ({ sheet, draft }) => (draft.mode === MOVE && !sheet.lines.length ? "No transfer out of these pens is planned." : ""),
  item: {
    title: "A line", add: "Add the line",
    fields: ({ sheet }) => [
      { name: "source", label: "From", options: sheet.pens.map((pen) => [pen.placement, nameOf(pen, sheet)]) },
      { name: "container", label: "To", options: sheet.containers.map(({ id, name, site }) => [id, `${site} · ${name}`]) },
      { name: "count", label: "Fish", type: "count" },
    ],
    check: (item) => readCount(item.count, "count", true),
    describe: (item, { sheet }) => `${namePlacement(sheet, Number(item.source))} → ${sheet.containers.find(({ id }) => id === Number(item.container))?.name}: ${item.count}`,
  },
  picture: (given, choose) => showSite(given.sheet, listMoves(given.sheet, given.draft), given.draft.mode === PLAN ? given.draft : null, choose),
  figures: ({ sheet, draft }) => listMoves(sheet, draft).flatMap((move) => describeMove(sheet, move)),
  build({ sheet, day, draft }) {
    if (draft.mode === PLAN) {
      if (!draft.list.length) throw new Wrong("count", "add a line");
      const lines = draft.list.map((item) => ({ source: Number(item.source), container: Number(item.container), count: readCount(item.count, "count", true) }));
      const batch = sheet.pens.find(({ placement }) => placement === lines[0].source).batch_id;
      return { requests: [{ path: "/transfer-orders", body: { batch, date: day, lines } }], title: `Transfer of ${lines.length} lines planned` };
    }
    const moves = listLines(sheet, draft).flatMap(({ line }) => {
      const row = draft.rows[line] ?? {}, count = readCount(row.count, `count ${line}`);
      if (count === null) return [];
      const grams = readNumber(row.mean_weight_g, `mean_weight_g ${line}`);
      return [{ line, date: day, count, ...(grams === null ? {} : { mean_weight_g: grams, weight_method: "HAND" }), last: Boolean(row.last), more: Boolean(row.more) }];
    });
    if (!moves.length) throw new Wrong("", "enter the fish of at least one line");
    return { requests: [{ path: `/transfer-orders/${draft.values.order}/moves`, body: { moves } }], title: `${group(sum(moves.map(({ count }) => count)))} fish moved` };
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
    { label: `${target.name} gets`, value: biomass(kg) },
    { label: "kg a m³ more", value: `${fixed(kg / target.volume_m3, 1)}${limit ? ` of at most ${fixed(limit, 0)}` : ""}`, isOver: limit && kg / target.volume_m3 > limit },
  ];
}

const GRADES = ["superior", "ordinary", "production"];
const harvest = makeKind({
  title: "Harvest", permission: "stock.harvest", pens: "one",
  fields: () => [
    { name: "count", label: "Fish", type: "count" }, { name: "mean_weight_g", label: "Mean live weight, g", type: "number" },
    { name: "lot", label: "Lot" }, { name: "last", label: "The pen is empty", type: "tick" },
  ],
  item: {
    title: "A grade", add: "Add the grade",
    fields: () => [{ name: "grade", label: "Grade", options: GRADES.map((name) => [name, name]) }, { name: "graded", label: "Fish", type: "count" }, { name: "gutted_kg", label: "Gutted, kg", type: "number" }],
    check: (item) => { readCount(item.graded, "graded", true); readNumber(item.gutted_kg, "gutted_kg", { needed: true }); },
    describe: (item) => `${item.grade}: ${item.graded} fish, ${item.gutted_kg} kg`,
  },
  figures(given) {
    const { sheet, draft, day } = given, state = findState(given), hold = sheet.holds.find(({ placement }) => placement === draft.pens?.[0]);
    const count = readQuietly(draft.values.count), grams = readQuietly(draft.values.mean_weight_g) || state?.mean_weight_g;
    const gutted = sum(draft.list.map((item) => readQuietly(item.gutted_kg)));
    const live = (count * grams) / 1000;
    return [
      ...(live > 0 ? [{ label: "Live", value: biomass(live) }] : []),
      ...(live > 0 && draft.list.length ? [{ label: "Gutted of live", value: percent(gutted / live, 1) }] : []),
      ...(draft.pens?.length ? [{ label: "Withdrawal", value: hold ? `harvest from ${showDay(hold.until)}` : "none", isOver: hold && hold.until > day }] : []),
    ];
  },
  build(given) {
    const { day, draft: { values, pens, list } } = given, count = readCount(values.count, "count", true), grams = readNumber(values.mean_weight_g, "mean_weight_g");
    const grades = list.map((item) => ({ grade: item.grade, count: readCount(item.graded, "graded"), gutted_kg: readNumber(item.gutted_kg, "gutted_kg") }));
    const row = { placement: pens[0], date: day, count, ...optional("mean_weight_g", grams), lot: values.lot ?? "", last: Boolean(values.last), grades };
    return { requests: [{ path: "/harvests", body: { harvests: [row] } }], title: `${group(count)} fish harvested from ${nameOf(findPen(given), given.sheet)}` };
  },
  undo: (result) => result.map(({ movement }) => ({ path: `/harvests/${movement}?reason=Undone` })),
});

const SCORED = ["gills", "skin", "fins", "eyes", "snout"], SEVERE = [1, 2, 3];
const health = makeKind({
  title: "Health", permission: "health.sample", address: "/health-samples", pens: "one",
  fields: () => [{ name: "fish", label: "Fish examined", type: "count", start: "20" }],
  row: () => SCORED.map((name) => ({
    key: name, title: name, hint: "fish with each score; the others have 0", fields: SEVERE.map((score) => ({ name: String(score), label: String(score), type: "count" })),
  })),
  build(given) {
    const { day, draft } = given, fish = readCount(draft.values.fish, "fish", true);
    const scores = Object.fromEntries(SCORED.map((name) => {
      const some = SEVERE.map((score) => readCount(draft.rows[name]?.[score], `${score} ${name}`) ?? 0);
      if (sum(some) > fish) throw new Wrong(`1 ${name}`, `more scores than the ${fish} fish`);
      return [name, [fish - sum(some), ...some]];
    }));
    return { requests: [{ path: "/health-samples", body: { samples: [{ placement: draft.pens[0], date: day, fish, scores }] } }], title: `Health of ${fish} fish of ${nameOf(findPen(given), given.sheet)}` };
  },
});

const PARAMETERS = [["temperature_c", "Temperature, °C"], ["oxygen_pct", "Oxygen, %"], ["salinity_ppt", "Salinity, ‰"]];
const reading = makeKind({
  title: "Reading", permission: "environment.ingest", pens: "several",
  fields: () => [{ name: "time", label: "Time", type: "time", start: "08:00" }, ...PARAMETERS.map(([name, label]) => ({ name, label, type: "number" }))],
  build(given) {
    const { day, sheet, draft } = given, at = toInstant(day, draft.values.time, sheet.site.time_zone);
    const values = Object.assign({}, ...PARAMETERS.map(([name]) => optional(name, readNumber(draft.values[name], name))));
    if (!Object.keys(values).length) throw new Wrong("temperature_c", "enter a value");
    const text = listChosen(given).map((pen) => JSON.stringify({ container: pen.container, at, ...values })).join("\n");
    return { requests: [{ path: "/readings", text, type: "application/x-ndjson" }], title: `Reading in ${draft.pens.length} pens` };
  },
  // Readings have no author: who may withdraw all of them undoes.
  undo: (_, { text }, allowed) => (allowed.has("environment.correct")
    ? text.split("\n").map((line) => JSON.parse(line)).map(({ container, at }) => ({ method: "POST", path: "/readings/withdrawals", body: { container, at: [at], reason: "Undone" } }))
    : []),
});

export const forms = { lice, weights, feed, delivery, treatment, transfer, harvest, health, reading };
