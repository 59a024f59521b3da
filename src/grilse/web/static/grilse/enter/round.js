// The round: dead and culled fish of one day, pen after pen. A tap on a number enters it and goes to the next pen.

import { listLosses } from "./corrections.js";
import { button, copy, fill } from "./dom.js";
import { daysBetween, group, mortality, percent, sum } from "./figures.js";
import { makeKey } from "./store.js";
import { gettext, ngettext, wordOf } from "../texts.js";

// A key below 20 ends a number; a larger one waits for it: 38 is 30 and 8.
const NUMBERS = 20, LARGE = [20, 30, 40, 50, 60, 70, 80, 90, 100];
const CHIPS = 6;
const DEAD = "MORTALITY", CULLED = "CULL", UNKNOWN = "";
const KINDS = { [DEAD]: gettext("Dead"), [CULLED]: gettext("Culled") };

export const round = {
  title: gettext("Dead fish"),
  permission: "stock.mortality",
  newDraft: () => ({ pens: {}, current: 0, kind: DEAD, cause: null }),
  show: showRound,
  undo: (result) => result.ids.map((id) => ({ path: `/movements/${id}?reason=Undone` })),
  prepare: countOwn,
  // What is left of a draft of which a request is carried out.
  strip(draft, { body }) {
    for (const pen of Object.values(draft.pens)) pen.lines = pen.lines.filter(({ kind }) => kind !== body.kind);
  },
};

// The server asks where more is entered for a day than the sheet showed: what this device entered since is no surprise.
function countOwn(request, entry, entries) {
  const { body } = request;
  if (!body?.losses || request.isPrepared || !entry.seen) return;
  request.isPrepared = true;
  for (const { requests, results } of entries) {
    results.forEach((result, at) => {
      const other = requests[at].body;
      if (!other?.losses || other.kind !== body.kind || other.date !== body.date) return;
      other.losses.forEach(({ placement, count }, place) => {
        const same = body.losses.find((loss) => loss.placement === placement);
        if (same && !entry.seen.includes(result.ids[place])) same.already += count;
      });
    });
  }
}

function showRound(view, { sheet, day, draft, keep, send }) {
  let { pens } = sheet, typed = false, begun = 0;
  const causes = new Map(sheet.causes.map(({ code, name }) => [code, wordOf(name)]));
  const nameCause = (code) => causes.get(code) ?? (code || gettext("No cause"));
  const getPen = (pen) => (draft.pens[pen.placement] ??= { lines: [], looked: null });
  const rows = pens.map((pen, place) => makeRow(pen, place));
  const list = copy("round");
  list.querySelector("ol").append(...rows);
  if (pens.length) list.append(makePad());
  view.replaceChildren(list, listEntered());
  rows.forEach((_, place) => showRow(place));
  if (pens.length) select(Math.min(draft.current, pens.length - 1), { quiet: true });
  return refresh;

  // A pen without the name of its site, which stands above.
  function shortenName(name) { return name.startsWith(sheet.site.name) ? name.slice(sheet.site.name.length).replace(/^[-/ ]+/, "") || name : name; }

  // Shows the figures of a newer sheet beside what is typed; false where its pens are others.
  function refresh(next) {
    if (next.pens.length !== pens.length || next.pens.some((pen, place) => pen.placement !== pens[place].placement)) return false;
    sheet = next;
    pens = next.pens;
    rows.forEach((_, place) => showRow(place));
    if (!view.querySelector(".loss-form")) view.lastElementChild.replaceWith(listEntered());
    return true;
  }

  function listEntered() { return listLosses({ sheet, day, nameCause, nameOf: (pen) => shortenName(pen.container), send }); }

  function makeRow(pen, place) {
    const row = copy("pen", { name: shortenName(pen.container) });
    const input = row.querySelector("input");
    input.setAttribute("aria-label", gettext("Fish in {pen}", { pen: pen.container }));
    row.addEventListener("click", (event) => { if (event.target !== input) select(place); });
    input.addEventListener("focus", () => select(place, { quiet: true }));
    input.addEventListener("input", () => { typed = true; });
    // Leaving a field enters what was typed into it.
    input.addEventListener("change", () => { if (typed) enter(input.value); });
    input.addEventListener("keydown", (event) => typeKey(event, place));
    return row;
  }

  function typeKey(event, place) {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "c") { event.preventDefault(); view.querySelector(".chips button[aria-pressed=true]").focus(); }
    if (!step) return;
    event.preventDefault();
    if (typed && !enter(event.target.value)) return;
    select(Math.min(Math.max(place + step, 0), pens.length - 1), { typing: true });
  }

  function describeBefore(pen) {
    const dead = countBefore(pen);
    return dead === undefined ? "" : `· ${gettext("{dead} the day before", { dead })}`;
  }

  // The dead of the day before; undefined where the sheet does not reach so far back.
  function countBefore(pen) { return pen.deaths.at(-2 - daysBetween(day, sheet.day)); }

  function showRow(place) {
    const pen = pens[place], { lines, looked } = getPen(pen), row = rows[place];
    const known = sum(lines.map(({ count }) => count));
    const input = row.querySelector("input");
    if (document.activeElement !== input) input.value = lines.length || looked ? known : "";
    const typed = lines.map(({ kind, cause, count }) => `${kind === CULLED ? `${gettext("culled")} ` : ""}${nameCause(cause)} ${count}`);
    const said = looked === false ? gettext("Nobody looked") : typed.join(" · ");
    fill(row, { fish: gettext("{fish} fish", { fish: group(pen.fish) }), before: describeBefore(pen), said, entered: describeEntered(pen), week: percent(mortality(countWeek(pen, lines), pen.fish)) });
    row.classList.toggle("filled", Boolean(lines.length) || looked !== null);
  }

  function describeEntered(pen) {
    const entered = pen.losses.filter((loss) => loss.date === day);
    return entered.map(({ count, cause, author }) => (author ? gettext("{count} {cause} entered by {author}", { count, cause: nameCause(cause), author }) : gettext("{count} {cause} entered", { count, cause: nameCause(cause) }))).join(" · ");
  }

  // The dead of seven days, the last of them this one.
  function countWeek(pen, lines) {
    const last = pen.deaths.length - daysBetween(day, sheet.day);
    const before = pen.deaths.slice(Math.max(last - 7, 0), Math.max(last, 0));
    return sum(before) + sum(lines.filter(({ kind }) => kind === DEAD).map(({ count }) => count));
  }

  function select(place, { quiet = false, typing = false } = {}) {
    const before = draft.current;
    if (begun && before !== place) enter(begun);
    draft.current = place;
    rows[before]?.classList.remove("current");
    rows[place].classList.add("current");
    rows[place].setAttribute("aria-current", "true");
    if (before !== place) { rows[before]?.removeAttribute("aria-current"); draft.cause = null; draft.kind = DEAD; }
    draft.cause ??= getPen(pens[place]).lines.at(-1)?.cause ?? pens[place].last_cause ?? UNKNOWN;
    if (!quiet) rows[place].scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    if (typing) { const input = rows[place].querySelector("input"); input.focus({ preventScroll: true }); input.select(); }
    showPad();
    keep(false);
  }

  function showBegun() { rows[draft.current].querySelector("input").value = begun; }

  // Returns whether the text is a number of fish.
  function enter(text) {
    typed = false;
    begun = 0;
    const count = Number(text), place = draft.current, pen = getPen(pens[place]);
    const input = rows[place].querySelector("input");
    const isCount = /^\d{1,7}$/.test(String(text).trim());
    input.setCustomValidity(isCount ? "" : gettext("A whole number of fish"));
    if (!isCount) { input.reportValidity(); return false; }
    const isSame = (line) => line.kind === draft.kind && line.cause === draft.cause;
    pen.lines = [...pen.lines.filter((line) => !isSame(line)), ...(count ? [{ kind: draft.kind, cause: draft.cause, count }] : [])];
    pen.looked = true;
    showRow(place);
    input.value = sum(pen.lines.map((line) => line.count));
    showPad();
    keep();
    return true;
  }

  function goOn() {
    const place = draft.current;
    const open = pens.findIndex((pen, at) => at > place && !isFilled(pen));
    select(open < 0 ? Math.min(place + 1, pens.length - 1) : open);
  }

  function isFilled(pen) { const { lines, looked } = getPen(pen); return lines.length > 0 || looked !== null; }

  function makePad() {
    const pad = copy("pad"), keys = pad.querySelector(".keys"), more = keys.firstElementChild;
    for (let number = 0; number < NUMBERS; number += 1) {
      const key = button(number, () => { enter(begun + number); goOn(); }, "key");
      keys.insertBefore(key, more);
    }
    for (const number of LARGE) keys.insertBefore(button(number, () => { begun += number; showBegun(); }, "large"), more);
    pad.querySelector("[data-more]").addEventListener("click", () => {
      const input = rows[draft.current].querySelector("input");
      input.inputMode = "numeric";
      input.focus();
      input.select();
    });
    pad.querySelector("[data-skip]").addEventListener("click", () => {
      Object.assign(getPen(pens[draft.current]), { lines: [], looked: false });
      showRow(draft.current);
      keep();
      goOn();
    });
    pad.querySelector("[data-kind]").addEventListener("click", () => { draft.kind = draft.kind === DEAD ? CULLED : DEAD; showPad(); keep(false); });
    pad.querySelector("[data-send]").addEventListener("click", sendRound);
    return pad;
  }

  function showPad() {
    const pad = view.querySelector(".pad"), pen = pens[draft.current];
    if (!pad) return;
    fill(pad, { pen: shortenName(pen.container) });
    const used = [...new Set([draft.cause, ...pens.map(({ last_cause }) => last_cause), UNKNOWN])];
    const chips = used.slice(0, CHIPS).sort((a, b) => used.indexOf(a) - used.indexOf(b));
    const choice = copy("more-causes");
    choice.append(...[...causes].filter(([code]) => !chips.includes(code)).map(([code, name]) => new Option(name, code)));
    choice.addEventListener("change", () => pickCause(choice.value));
    pad.querySelector(".chips").replaceChildren(...chips.map((code) => {
      const chip = button(nameCause(code), (event) => {
        pickCause(code);
        // Chosen by a key: back to the number.
        if (!event.detail) rows[draft.current].querySelector("input").focus();
      });
      chip.setAttribute("aria-pressed", String(code === draft.cause));
      return chip;
    }), choice);
    pad.querySelector("[data-kind]").setAttribute("aria-pressed", String(draft.kind === CULLED));
    const before = countBefore(pen);
    pad.querySelectorAll(".key").forEach((key, number) => key.classList.toggle("before", number === before));
    const filled = pens.filter(isFilled).length;
    const go = pad.querySelector("[data-send]");
    go.textContent = gettext("Save {filled} of {pens}", { filled, pens: pens.length });
    go.disabled = !filled;
  }

  function pickCause(code) { draft.cause = code; showPad(); keep(false); }

  function sendRound() {
    const active = rows[draft.current].querySelector("input");
    if ((typed || begun) && !enter(active.value)) return;
    const lines = pens.flatMap((pen) => getPen(pen).lines.map((line) => ({ ...line, pen })));
    const requests = Object.keys(KINDS).flatMap((kind) => {
      const losses = lines.filter((line) => line.kind === kind).map(({ pen, cause, count }) => ({
        placement: pen.placement, count, cause, already: countEntered(pen, kind),
      }));
      return losses.length ? [{ method: "POST", path: "/losses", key: makeKey(), body: { date: day, kind, losses } }] : [];
    });
    const total = sum(lines.map(({ count }) => count));
    const listPens = (looked) => pens.filter((pen) => getPen(pen).looked === looked && !getPen(pen).lines.length).map((pen) => shortenName(pen.container)).join(", ");
    const none = listPens(true), unseen = listPens(false);
    const pensWith = new Set(lines.map(({ pen }) => pen.placement)).size;
    const fish = ngettext("{fish} dead or culled fish in {pens} pen", "{fish} dead or culled fish in {pens} pens", pensWith, { fish: group(total), pens: pensWith });
    const others = [none && gettext("none in {pens}", { pens: none }), unseen && gettext("nobody looked at {pens}", { pens: unseen })];
    send({ requests, title: [fish, ...others].filter(Boolean).join("; ") });
  }

  // What the sheet shows of the day: the server asks where somebody else has entered more since.
  function countEntered(pen, kind) {
    return sum(pen.losses.filter((loss) => loss.date === day && loss.kind === kind).map(({ count }) => count));
  }
}
