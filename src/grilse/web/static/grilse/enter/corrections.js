// What is entered for a day already: corrected or withdrawn, with a reason, by whom the server lets.

import { button, copy, fill } from "./dom.js";
import { makeKey } from "./store.js";
import { gettext } from "../texts.js";

export const REASONS = [gettext("Wrong number"), gettext("Wrong pen"), gettext("Wrong day"), gettext("Entered twice")];

// The dead and culled fish of a day; `send` enters a change without touching what is typed.
export function listLosses({ sheet, day, nameCause, nameOf, send }) {
  const losses = sheet.pens.flatMap((pen) => pen.losses.filter((loss) => loss.date === day).map((loss) => ({ ...loss, pen })));
  const list = copy("losses");
  list.hidden = !losses.length;
  list.querySelector("ul").append(...losses.map((loss) => {
    const row = copy("loss", { pen: nameOf(loss.pen), count: loss.count, cause: nameCause(loss.cause), author: loss.author && gettext("by {author}", { author: loss.author }) });
    row.querySelector("[data-open]").addEventListener("click", (event) => {
      event.currentTarget.hidden = true;
      row.append(makeForm(loss));
      row.querySelector("input").focus();
    });
    return row;
  }));
  return list;

  function makeForm(loss) {
    const form = copy("loss-form");
    const [count, reason] = form.querySelectorAll("input");
    count.value = loss.count;
    form.querySelector(".choices").append(...REASONS.map((text) => button(text, () => { reason.value = text; })));
    const check = (isRight, message) => { fill(form, { wrong: isRight ? "" : message }); return isRight; };
    const hasReason = () => check(reason.value.trim(), gettext("Say why."));
    form.querySelector("[data-correct]").addEventListener("click", () => {
      if (!check(/^[1-9]\d{0,6}$/.test(count.value.trim()), gettext("Enter a whole number of fish.")) || !hasReason()) return;
      const body = { date: day, kind: loss.kind, source: loss.pen.placement, count: Number(count.value), cause: loss.cause, because: reason.value.trim() };
      change({ method: "PUT", path: `/movements/${loss.movement}`, body }, gettext("{before} → {after} fish of {pen}", { before: loss.count, after: body.count, pen: nameOf(loss.pen) }));
    });
    form.querySelector("[data-withdraw]").addEventListener("click", () => {
      if (hasReason()) change({ method: "DELETE", path: `/movements/${loss.movement}?reason=${encodeURIComponent(reason.value.trim())}` }, gettext("Withdrawn: {fish} fish of {pen}", { fish: loss.count, pen: nameOf(loss.pen) }));
    });
    return form;
  }

  function change(request, title) {
    list.querySelectorAll(".loss-form").forEach((form) => form.remove());
    send({ requests: [{ ...request, key: makeKey() }], title, keepsDraft: true });
  }
}
