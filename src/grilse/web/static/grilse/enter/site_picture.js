// The containers of a site as they are before and after a transfer; in a plan, a tap chooses from where and to where.

import { copy, part } from "./dom.js";
import { biomass, fixed, group, sum, weight } from "./figures.js";

// `draft` is that of a plan, whose next line a tap fills; null where the lines are fixed.
export function showSite(sheet, moves, draft, choose) {
  const picture = copy("site-picture"), cells = picture.querySelector("ul");
  picture.querySelector(".hint").hidden = !draft;
  const shown = sheet.containers.filter(({ id, site }) => site === sheet.site.name || moves.some(({ container }) => container === id));
  cells.append(...shown.map((container) => makeCell(container)));
  return picture;

  function makeCell(container) {
    const pen = sheet.pens.find(({ container_id: id }) => id === container.id);
    const state = sheet.states.find(({ placement }) => placement === pen?.placement);
    const before = state ? { fish: state.count, kg: state.biomass_kg } : { fish: pen?.fish ?? 0, kg: pen ? NaN : 0 };
    const after = move(before, container.id, pen?.placement);
    const isChanged = after.fish !== before.fish;
    const limit = container.max_density_kg_m3, density = (kg) => kg / container.volume_m3;
    // What stands at another site is not on the sheet of this one.
    const isHere = container.site === sheet.site.name;
    const change = (from, to) => (isChanged ? `${from} → ${to}` : from);
    const cell = copy("site-container", {
      name: isHere ? container.name.replace(sheet.site.name, "").replace(/^[-/ ]+/, "") || container.name : `${container.site} · ${container.name}`,
      fish: isHere ? change(group(before.fish), group(after.fish)) : `+${group(after.fish - before.fish)}`,
      weight: after.fish ? change(weight(mean(before)), weight(mean(after))) : "",
      biomass: isHere ? change(biomass(before.kg), biomass(after.kg)) : `+${biomass(after.kg - before.kg)}`,
      density: isHere ? `${change(fixed(density(before.kg), 1), fixed(density(after.kg), 1))}${limit ? ` / ${fixed(limit, 0)}` : ""} ${part("site-picture").dataset.unit}` : "",
    });
    const button = cell.querySelector("button");
    cell.classList.toggle("empty", !pen && !isChanged);
    cell.classList.toggle("over", Boolean(limit) && isHere && density(after.kg) > limit);
    cell.classList.toggle("changed", isChanged);
    const meter = cell.querySelector("meter");
    Object.assign(meter, { max: limit ?? 25, value: isHere && Number.isFinite(after.kg) ? density(after.kg) : 0 });
    button.disabled = !draft;
    const isFrom = draft && pen && String(draft.item?.source) === String(pen.placement), isTo = draft && String(draft.item?.container) === String(container.id);
    button.setAttribute("aria-pressed", String(Boolean(isFrom || isTo)));
    cell.dataset.part = isFrom ? "from" : isTo ? "to" : "";
    button.addEventListener("click", () => {
      const isTarget = draft.isTarget || !pen;
      draft.isTarget = !isTarget;
      choose(isTarget ? { container: String(container.id) } : { source: String(pen.placement) });
    });
    return cell;
  }

  function move({ fish, kg }, container, placement) {
    const known = moves.filter(({ count }) => count > 0).map((line) => ({ ...line, kg: (line.count * findGrams(line)) / 1000 }));
    const into = known.filter((line) => line.container === container), out = known.filter((line) => line.source === placement);
    return {
      fish: fish + sum(into.map(({ count }) => count)) - sum(out.map(({ count }) => count)),
      kg: kg + sum(into.map((line) => line.kg)) - sum(out.map((line) => line.kg)),
    };
  }

  function findGrams({ source, grams }) {
    return Number.isFinite(grams) ? grams : sheet.states.find(({ placement }) => placement === source)?.mean_weight_g ?? NaN;
  }
}

const mean = ({ fish, kg }) => (fish > 0 ? (1000 * kg) / fish : NaN);
