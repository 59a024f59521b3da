// Lines of a graticule: degrees and minutes that are round, as many as a map has room for.

const STEPS = [20, 10, 5, 2, 1, 30 / 60, 20 / 60, 10 / 60, 5 / 60, 2 / 60, 1 / 60, 0.5 / 60, 0.2 / 60, 0.1 / 60, 0.05 / 60, 0.02 / 60, 0.01 / 60];
// Pixels that a line and its label want.
const APART = 90;

export const round = (value) => Math.round(value * 10) / 10;

export function lines(low, high, pixels) {
  const most = Math.max(pixels / APART, 2);
  const step = STEPS.findLast((one) => (high - low) / one <= most) ?? STEPS[0];
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(Math.floor(high / step) - first + 1, 0) }, (_, i) => (first + i) * step);
}

// 62° 03.5′ N, without minutes where they are none.
export function degreeLabel(value, above, below) {
  const side = value < 0 ? below : above;
  const minutes = Math.round(Math.abs(value) * 6000) / 100;
  const [whole, part] = [Math.floor(minutes / 60), Number((minutes % 60).toFixed(2))];
  return part ? `${whole}° ${part}′ ${side}` : `${whole}° ${side}`;
}
