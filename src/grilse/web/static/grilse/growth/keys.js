// The keyboard on the charts.

const FOUR_WEEKS = 28 * 86400;

export function bindKeys(element, page) {
  const stride = () => Math.max(1, Math.round(FOUR_WEEKS / page.frame.step));
  const keys = {
    ArrowLeft: () => page.moveBy(-1),
    ArrowRight: () => page.moveBy(1),
    PageUp: () => page.moveBy(-stride()),
    PageDown: () => page.moveBy(stride()),
    Home: () => page.moveTo(0),
    End: () => page.moveTo(page.frame.x.length - 1),
    "[": () => page.moveToEvent(-1),
    "]": () => page.moveToEvent(1),
    "+": () => page.zoomBy(0.5),
    "=": () => page.zoomBy(0.5),
    "-": () => page.zoomBy(2),
    k: () => page.toggleKnown(),
    Enter: () => page.review(),
    0: () => page.reset(),
    w: () => page.showLife(),
    Escape: () => page.reset(),
  };
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key] || !page.frame?.x.length) return;
    event.preventDefault();
    keys[event.key]();
  });
}
