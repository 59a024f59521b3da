// People who would be drawn on top of each other stand as one, named by the first and counted.

const NEAR = 14;

export function clusters(positions, at, chosen) {
  const found = [];
  const first = [...positions].sort((a, b) => (b.id === chosen) - (a.id === chosen));
  for (const one of first) {
    const [x, y] = at(one);
    const there = found.find((other) => Math.hypot(other.x - x, other.y - y) < NEAR);
    if (there) there.others += 1;
    else found.push({ one, x, y, others: 0 });
  }
  return found;
}
