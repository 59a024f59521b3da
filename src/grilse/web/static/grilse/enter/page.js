// The page where records are entered: one kind at a time, at one site, on one day. It works without a line.

import { REASONS } from "./corrections.js";
import { button, copy, fill, part } from "./dom.js";
import { group, MINUTE, showDay, showTime, today, weight } from "./figures.js";
import { forms } from "./kinds.js";
import { buildRequests, drawPicture, isPhoto, showPhotos, undoPhoto } from "./photos.js";
import { round } from "./round.js";
import { AWAY, DONE, retryEntry, sendWaiting, SIGNED_OUT } from "./send.js";
import { readSheet } from "./sheets.js";
import { deleteEntry, deleteOldEntries, listEntries, makeKey, moveDraft, readDraft, readEntry, replaceDraft, saveDraft, saveEntry } from "./store.js";
import { gettext } from "../texts.js";

const KINDS = { round, ...forms };
const RETRY_MS = 15_000, UNDO_MS = MINUTE;
const MOST_EFFECTS = 4;
const { user, company, permissions } = part("enter").dataset;
const login = { user, company, owner: `${user}:${company}` };
const allowed = new Set(permissions.split(" "));
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("grilse-enter") : null;
const chosen = { kind: "", site: null, day: "" };
let sites = [], sheet = null, line = DONE, changing = null, refresh = () => false;

start();

async function start() {
  const offered = Object.entries(KINDS).filter(([, kind]) => allowed.has(kind.permission));
  part("kinds").append(...offered.map(([name, kind]) => Object.assign(document.createElement("a"), { href: `#${name}`, textContent: kind.title })));
  part("site").addEventListener("change", () => open({ site: part("site").value }));
  part("day").addEventListener("change", changeDay);
  addEventListener("hashchange", () => open({ kind: location.hash.slice(1) }));
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  channel?.addEventListener("message", showEntries);
  setInterval(() => { if (line !== DONE) send(); }, RETRY_MS);
  await deleteOldEntries(login.owner);
  await showEntries();
  const listed = await readSheet(login, "/stocked-sites");
  sites = listed.body?.items ?? [];
  noteLine(listed);
  part("site").replaceChildren(...sites.map((site) => new Option(`${site.name} · ${site.geography}`, `${site.kind}/${site.id}`)));
  const asked = takeAddress();
  await open({ kind: KINDS[asked.kind] ? asked.kind : offered[0]?.[0], site: asked.site ?? pickSite() });
  send();
}

// A link to the page may name a form and a site: #lice/area/5.
function takeAddress() {
  const [kind, ...parts] = location.hash.slice(1).split("/");
  const site = parts.join("/");
  // The choice on the page is what counts from now on.
  if (site) history.replaceState(null, "", `#${kind}`);
  return { kind, site: sites.some((row) => `${row.kind}/${row.id}` === site) ? site : undefined };
}

function pickSite() {
  const { area, station } = part("enter").dataset;
  const inScope = sites.find((site) => (site.kind === "area" ? String(site.id) === area : String(site.station) === station));
  if (inScope) return `${inScope.kind}/${inScope.id}`;
  const last = localStorage.getItem(`grilse-site-${login.owner}`);
  return sites.some((site) => `${site.kind}/${site.id}` === last) ? last : part("site").value;
}

const nameDraft = (kind, site, day) => [login.owner, kind, site, day].join(" ");

async function changeDay() {
  const day = part("day").value;
  // A day that is typed changes with each of its digits: the year 2 becomes 20, 202 and 2026.
  if (day < "1000") return;
  await moveDraft(nameDraft(chosen.kind, chosen.site.key, chosen.day), nameDraft(chosen.kind, chosen.site.key, day));
  if (part("day").value === day) await open({ day });
}

async function open(change) {
  const site = change.site ?? chosen.site?.key;
  if (change.kind) chosen.kind = change.kind;
  const row = sites.find(({ kind, id }) => `${kind}/${id}` === site);
  if (!row) { part("view").replaceChildren(copy("no-sheet")); return; }
  const isSame = chosen.site?.key === site && sheet;
  chosen.site = { ...row, key: site };
  localStorage.setItem(`grilse-site-${login.owner}`, site);
  part("site").value = site;
  if (change.day || change.site) chosen.day = change.day || today(row.time_zone);
  if (part("day") !== document.activeElement) part("day").value = chosen.day;
  for (const link of part("kinds").children) {
    const isChosen = link.hash === `#${chosen.kind}`;
    link.setAttribute("aria-current", isChosen ? "page" : "false");
    if (isChosen) link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.offsetLeft - 60;
  }
  // Another form of the site is there at once, and follows newer figures when they have come.
  if (isSame) await showKind();
  await readSite();
  if (!isSame || !sheet || !refresh(sheet)) await showKind();
}

async function readSite() {
  const read = await readSheet(login, `/stocked-sites/${chosen.site.key}/sheet`);
  sheet = read.body;
  noteLine(read);
  part("sheet").textContent = sheet && read.kept ? gettext("Figures of {day}, {time}", { day: showDay(sheet.read_at), time: showTime(sheet.read_at) }) : "";
}

async function showKind() {
  const kind = KINDS[chosen.kind];
  if (!sheet) { part("view").replaceChildren(copy("no-sheet")); part("photo-view").replaceChildren(); return; }
  const key = nameDraft(chosen.kind, chosen.site.key, chosen.day);
  const draft = (await readDraft(key)) ?? kind.newDraft();
  const keep = (isTyped = true) => { draft.touched ||= isTyped; return saveDraft(key, draft); };
  const photosOf = (read) => showPhotos({ kind: chosen.kind, sheet: read, day: chosen.day, draft, keep, site: chosen.site, isAllowed: allowed.has("stock.amend") });
  const show = kind.show(part("view"), { sheet, day: chosen.day, draft, keep, send: (made) => addEntry(key, draft, made) });
  refresh = (read) => { if (!show(read)) return false; photosOf(read); return true; };
  photosOf(sheet);
}

// An entry replaces the draft that it was made of; a change of an earlier entry has none.
async function addEntry(draftKey, draft, { requests, title, keepsDraft = false }) {
  navigator.storage?.persist?.();
  const { key: site, name } = chosen.site;
  await replaceDraft(keepsDraft ? "" : draftKey, {
    owner: login.owner, kind: chosen.kind, site, siteName: name, day: chosen.day, title, draft: keepsDraft ? null : draft,
    requests: keepsDraft ? requests : [...requests, ...buildRequests(chosen.kind, chosen.day, draft)], next: 0, results: [], state: "waiting", madeAt: Date.now(), before: sheet.states,
    seen: sheet.pens.flatMap(({ losses }) => losses.map(({ movement }) => movement)),
  });
  await showEntries();
  if (!keepsDraft) await showKind();
  await send();
  part("entries").scrollIntoView({ block: "nearest" });
}

async function send() {
  line = await sendWaiting(login, noteSent, (request, entry, entries) => KINDS[entry.kind].prepare?.(request, entry, entries));
  await showEntries();
}

async function noteSent(entry) {
  channel?.postMessage("changed");
  await showEntries();
  if (entry.state === "sent" && entry.site === chosen.site?.key) {
    await readSite();
    if (sheet && line === DONE) await saveEntry({ ...entry, before: [], effect: describeEffect(entry) });
    // What somebody types meanwhile stays.
    if (sheet && !refresh(sheet)) await showKind();
  }
  await showEntries();
}

function noteLine({ status, kept }) {
  line = status === 401 ? SIGNED_OUT : kept ? AWAY : DONE;
  showLine(null);
}

function showLine(waiting) {
  const state = part("line");
  const signIn = line === SIGNED_OUT;
  state.classList.toggle("away", line !== DONE);
  const words = { [DONE]: gettext("Connected"), [AWAY]: gettext("No connection: entries are kept here and sent later"), [SIGNED_OUT]: gettext("Signed out: entries are kept here") };
  fill(state, { words: words[line] });
  part("sign-in").hidden = !signIn;
  part("sign-in").href = `/login/?next=${encodeURIComponent(location.pathname + location.hash)}`;
  if (waiting === null) return;
  part("waiting").textContent = waiting ? gettext("{number} to send", { number: waiting }) : "";
  // For the other pages, which warn before a log-out.
  localStorage.setItem("grilse-waiting", waiting);
  if (waiting) navigator.setAppBadge?.(waiting); else navigator.clearAppBadge?.();
}

async function showEntries() {
  const entries = await listEntries(login.owner);
  showLine(entries.filter(({ state }) => state !== "sent").length);
  part("entries").hidden = !entries.length;
  const undone = new Set(entries.map(({ undoes }) => undoes));
  // A form in which somebody types stays, with what is typed.
  const focused = changing?.form.contains(document.activeElement) && document.activeElement;
  part("entry-list").replaceChildren(...entries.reverse().map((entry) => showEntry(entry, undone.has(entry.number))));
  if (focused) focused.focus();
}

const STATES = { waiting: gettext("Waits"), asking: gettext("Asks"), refused: gettext("Refused"), sent: gettext("Saved"), withdrawn: gettext("Withdrawn") };

function showEntry(entry, isUndone) {
  const row = copy("entry", { title: entry.title, place: `${entry.siteName}, ${showDay(entry.day)}`, state: STATES[entry.state], at: showTime(entry.sentAt ?? entry.madeAt) });
  row.dataset.state = entry.state;
  const problem = row.querySelector(".problem"), acts = row.querySelector(".acts");
  if (entry.problem) problem.textContent = describeProblem(entry.problem);
  for (const { photo } of entry.requests.filter(isPhoto)) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    row.querySelector(".pictures").append(canvas);
    drawPicture(canvas, photo);
  }
  row.querySelector(".effect").append(...(entry.effect ?? []).map((effect) => copy("effect", effect)));
  acts.append(...offerActs(entry, isUndone));
  if (changing?.number === entry.number) row.append(changing.form);
  return row;
}

function describeProblem({ detail, errors = [] }) {
  const text = errors.some(({ code }) => code) ? errors.map((error) => error.detail).join("; ") : detail;
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function offerActs(entry, isUndone) {
  if (entry.state === "asking") {
    const codes = entry.problem.errors.map(({ code }) => code);
    const confirm = (request) => {
      // A file of readings is confirmed in its address.
      if (!request.body) { request.path = `${request.path.split("?")[0]}?confirm=${codes[0]}`; return; }
      request.body.confirm = [...new Set([...(request.body.confirm ?? []), ...codes])];
    };
    return [button(gettext("Yes, this is right"), () => again(entry.number, confirm), "primary"), ...offerMend(entry)];
  }
  // Its records are saved: it is not typed again.
  if (entry.state !== "sent" && isPhoto(entry.requests[entry.next])) return [...(entry.state === "refused" ? [button(gettext("Send again"), () => again(entry.number))] : []), button(gettext("Without the photo"), () => dropPhoto(entry.number))];
  if (entry.state === "refused") return [...offerMend(entry), button(gettext("Send again"), () => again(entry.number))];
  if (entry.state === "waiting") return [entry.draft ? button(gettext("Take back"), () => mend(entry.number)) : button(gettext("Delete"), () => drop(entry.number))];
  const age = Date.now() - entry.sentAt;
  if (!entry.draft || isUndone || !listUndoing(entry).length) return [];
  if (changing?.number === entry.number) return [];
  const change = button(gettext("Correct or withdraw"), () => openChange(entry));
  if (age > UNDO_MS) return [change];
  setTimeout(showEntries, UNDO_MS - age);
  return [button(gettext("Undo"), () => undo(entry.number)), change];
}

// Withdraws what an entry recorded, for a reason; where it is corrected, its form is filled with it again.
async function openChange(entry) {
  const form = copy("change"), reason = form.querySelector("input");
  form.querySelector(".choices").append(...REASONS.map((text) => button(text, () => { reason.value = text; })));
  const act = (then) => async () => {
    const why = reason.value.trim(), wrong = form.querySelector(".wrong");
    wrong.textContent = why ? "" : wrong.dataset.missing;
    if (!why) return;
    if (then && !(await fillAgain(entry))) return;
    changing = null;
    await undo(entry.number, why);
  };
  form.querySelector("[data-correct]").addEventListener("click", act(true));
  form.querySelector("[data-withdraw]").addEventListener("click", act(false));
  changing = { number: entry.number, form };
  await showEntries();
  reason.focus();
}

// Returns whether the form was free.
async function fillAgain(entry) {
  const key = nameDraft(entry.kind, entry.site, entry.day);
  if ((await readDraft(key))?.touched) { part("notice").textContent = gettext("Something else is typed into this form for the same day: save it first."); return false; }
  await saveDraft(key, { ...entry.draft, touched: true });
  location.hash = entry.kind;
  await open({ kind: entry.kind, site: entry.site, day: entry.day });
  return true;
}

const offerMend = (entry) => [...(entry.draft ? [button(gettext("Change"), () => mend(entry.number))] : []), button(gettext("Delete"), () => drop(entry.number))];

async function again(number, change) { await retryEntry(number, makeKey, change); await showEntries(); await send(); }

async function dropPhoto(number) {
  const entry = await readEntry(number);
  if (!isPhoto(entry.requests[entry.next])) { await showEntries(); return; }
  entry.requests.splice(entry.next, 1);
  await saveEntry(Object.assign(entry, { state: "waiting", problem: null }));
  await send();
}

async function drop(number) { await deleteEntry(number); await showEntries(); }

// The entry becomes the draft of its form again.
async function mend(number) {
  const entry = await readEntry(number);
  const key = nameDraft(entry.kind, entry.site, entry.day);
  if (entry.state === "sent" || !entry.draft) { await showEntries(); return; }
  if ((await readDraft(key))?.touched) { part("notice").textContent = gettext("Something else is typed into this form for the same day: save it first."); return; }
  for (const request of entry.requests.slice(0, entry.next)) KINDS[entry.kind].strip(entry.draft, request);
  await saveDraft(key, { ...entry.draft, problem: entry.problem });
  await deleteEntry(number);
  await showEntries();
  location.hash = entry.kind;
  await open({ kind: entry.kind, site: entry.site, day: entry.day });
}

const listUndoing = (entry) => entry.results.flatMap((result, at) => (isPhoto(entry.requests[at]) ? undoPhoto(result) : KINDS[entry.kind].undo(result, entry.requests[at], allowed)));

const giveReason = ({ path, body, ...request }, reason) => ({ ...request, path: path.replace("reason=Undone", `reason=${encodeURIComponent(reason)}`), ...(body ? { body: { ...body, reason } } : {}) });

async function undo(number, reason = "Undone") {
  const { number: _, ...entry } = await readEntry(number);
  const keyed = listUndoing(entry).map((request) => ({ method: "DELETE", ...giveReason(request, reason), key: makeKey() }));
  await replaceDraft("", {
    ...entry, draft: null, requests: keyed, next: 0, results: [], state: "waiting", title: reason === "Undone" ? gettext("Undo: {entry}", { entry: entry.title }) : gettext("Withdrawn: {entry}", { entry: entry.title }),
    madeAt: Date.now(), undoes: number,
  });
  await send();
}

// What an entry did to the estimates of its pens.
function describeEffect(entry) {
  const after = new Map(sheet.states.map((state) => [state.placement, state]));
  const pens = new Map(sheet.pens.map((pen) => [pen.placement, pen]));
  // Estimates of the pens of a batch depend on each other: those that changed most come first.
  const change = (state) => Math.abs(after.get(state.placement).biomass_kg - state.biomass_kg);
  const changed = entry.before.filter((state) => pens.has(state.placement) && after.has(state.placement) && change(state) > 0);
  return changed.sort((a, b) => change(b) - change(a)).slice(0, MOST_EFFECTS).map((state) => {
    const now = after.get(state.placement);
    return {
      pen: pens.get(state.placement).container,
      count: `${group(state.count)} → ${group(now.count)}`,
      weight: `${weight(state.mean_weight_g)} → ${weight(now.mean_weight_g)}`,
      biomass: `${group(state.biomass_kg)} → ${group(now.biomass_kg)} kg`,
    };
  });
}
