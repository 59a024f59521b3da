// Weight samples as points, and what was done to the fish as signs in a lane above the curves.

import { DAY } from "./format.js";
import { gettext, wordOf } from "../texts.js";

const LANE = 14;
const BESIDE = 3 * DAY;

const SIGNS = {
  stocking: "down", transfer: "right", moved_out: "right", harvest: "square", sale: "square", cull: "cross",
  escape: "cross", count_correction: "ring", flag: "up", delousing: "diamond", vaccination: "plus", medication: "plus",
};

const NAMES = {
  stocking: gettext("Stocked"), transfer: gettext("Moved in"), moved_out: gettext("Moved out"), harvest: gettext("Harvest"), sale: gettext("Sold"), cull: gettext("Culled"),
  escape: gettext("Escaped"), count_correction: gettext("Count corrected"), delousing: gettext("Delousing"), vaccination: gettext("Vaccination"),
  medication: gettext("Medication"), flag: gettext("To review"),
};

const COLOURS = { harvest: "--ink", flag: "--wrong" };

export const nameOf = (mark) => NAMES[mark.kind] ?? mark.kind;

export function drawSamples(u, frame, colour) {
  const { ctx } = u;
  inPlot(u, () => {
    ctx.lineWidth = 1.2 * devicePixelRatio;
    // Many samples are a cloud, through which the curve is to be seen.
    const many = frame.samples.filter((sample) => visible(u, sample.at)).length > 100;
    ctx.globalAlpha = many ? 0.5 : 1;
    const radius = (many ? 1.7 : 2.4) * devicePixelRatio;
    for (const sample of frame.samples) {
      if (!visible(u, sample.at)) continue;
      ctx.beginPath();
      ctx.arc(u.valToPos(sample.at, "x", true), u.valToPos(sample.mean_weight_g, "y", true), radius, 0, 7);
      ctx.strokeStyle = colour(sample.set_aside ? "--mark" : "--sample");
      ctx.fillStyle = sample.selection === 0 && !sample.set_aside ? colour("--sample") : colour("--paper");
      ctx.fill();
      ctx.stroke();
    }
  });
}

// A ring around each weight that was not taken as it stands.
export function drawFlags(u, frame, colour) {
  const { ctx } = u;
  inPlot(u, () => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = colour("--wrong");
    for (const flag of frame.flags) {
      if (!visible(u, flag.at)) continue;
      ctx.beginPath();
      ctx.arc(u.valToPos(flag.at, "x", true), u.valToPos(flag.measured_g, "y", true), 5 * devicePixelRatio, 0, 7);
      ctx.stroke();
    }
  });
}

export function drawEvents(u, frame, colour) {
  const { ctx } = u;
  const y = u.bbox.top - LANE * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const mark of frame.marks) {
    if (!visible(u, mark.at) || isBeside(frame, mark)) continue;
    const x = Math.round(u.valToPos(mark.at, "x", true));
    ctx.strokeStyle = colour("--line");
    if (["stocking", "transfer"].includes(mark.kind)) line(ctx, x, y, u.bbox.top + u.bbox.height);
    ctx.fillStyle = ctx.strokeStyle = colour(COLOURS[mark.kind] ?? "--faint");
    sign(ctx, SIGNS[mark.kind] ?? "ring", x, y, 4 * devicePixelRatio);
  }
  stageNames(u, frame, colour);
  ctx.restore();
}

// Fish counted anew when they are moved or harvested: the other sign says enough.
function isBeside(frame, mark) {
  const near = (one) => one.kind !== mark.kind && Math.abs(one.at - mark.at) <= BESIDE;
  return mark.kind === "count_correction" && frame.marks.some(near);
}

// A stage is named where fish first came to it, as long as there is room.
function stageNames(u, frame, colour) {
  const { ctx } = u;
  const seen = new Set();
  let free = -Infinity;
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.fillStyle = colour("--faint");
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  for (const mark of frame.marks.filter((one) => ["stocking", "transfer"].includes(one.kind))) {
    if (seen.has(mark.what)) continue;
    seen.add(mark.what);
    const x = u.valToPos(mark.at, "x", true) + 5 * devicePixelRatio;
    const name = wordOf(mark.what), width = ctx.measureText(name).width;
    if (!visible(u, mark.at) || x < free || x + width > u.bbox.left + u.bbox.width) continue;
    ctx.fillText(name, x, u.bbox.top + 4 * devicePixelRatio);
    free = x + width + 6 * devicePixelRatio;
  }
}

function sign(ctx, shape, x, y, r) {
  const draw = {
    down: () => path(ctx, [[x - r, y - r], [x + r, y - r], [x, y + r]]),
    up: () => path(ctx, [[x - r, y + r], [x + r, y + r], [x, y - r]]),
    right: () => path(ctx, [[x - r, y - r], [x + r, y], [x - r, y + r]]),
    square: () => ctx.fillRect(x - r, y - r, 2 * r, 2 * r),
    diamond: () => path(ctx, [[x, y - r * 1.2], [x + r, y], [x, y + r * 1.2], [x - r, y]]),
    plus: () => { ctx.fillRect(x - r, y - r / 3, 2 * r, r / 1.5); ctx.fillRect(x - r / 3, y - r, r / 1.5, 2 * r); },
    cross: () => { slash(ctx, x - r, y - r, x + r, y + r); slash(ctx, x - r, y + r, x + r, y - r); },
    ring: () => { ctx.beginPath(); ctx.arc(x, y, r, 0, 7); ctx.stroke(); },
  };
  draw[shape]();
}

function path(ctx, points) {
  ctx.beginPath();
  points.forEach(([x, y]) => ctx.lineTo(x, y));
  ctx.fill();
}

function slash(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

const line = (ctx, x, top, bottom) => slash(ctx, x + 0.5, top, x + 0.5, bottom);

const visible = (u, at) => at >= u.scales.x.min && at <= u.scales.x.max;

function inPlot(u, draw) {
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  u.ctx.clip();
  draw();
  u.ctx.restore();
}
