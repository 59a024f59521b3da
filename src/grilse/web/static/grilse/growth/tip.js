// The name of a sign in the lane above the weight curve, where the pointer is on it.

import { shortDate, year } from "./format.js";
import { eventText } from "./readout.js";

const REACH = 7;

export function bindTip(plot, frame) {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  plot.root.append(tip);
  plot.root.addEventListener("pointermove", (event) => {
    const near = inLane(plot, event) ? marksNear(plot, frame, event) : [];
    tip.hidden = !near.length;
    if (near.length) place(tip, plot, near);
  });
  plot.root.addEventListener("pointerleave", () => { tip.hidden = true; });
}

function inLane(plot, event) {
  const above = plot.over.getBoundingClientRect().top - event.clientY;
  return above > 0 && above < 30;
}

function marksNear(plot, frame, event) {
  const x = event.clientX - plot.over.getBoundingClientRect().left;
  const distance = (mark) => Math.abs(plot.valToPos(mark.at, "x") - x);
  const closest = Math.min(...frame.marks.map(distance));
  return closest > REACH ? [] : frame.marks.filter((mark) => distance(mark) === closest);
}

function place(tip, plot, marks) {
  const day = document.createElement("b");
  day.textContent = `${shortDate(marks[0].at)} ${year(marks[0].at)}`;
  tip.replaceChildren(day, ...marks.map((mark) => {
    const line = document.createElement("div");
    line.textContent = eventText(mark);
    return line;
  }));
  const left = plot.over.offsetLeft + plot.valToPos(marks[0].at, "x");
  tip.style.top = `${plot.over.offsetTop + 4}px`;
  tip.style.left = `${Math.min(left, plot.root.clientWidth - tip.offsetWidth)}px`;
}
