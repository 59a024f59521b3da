// People who would be drawn on top of each other are drawn once, with the name of the first and a count.

const NEAR = 14;

export function clusters(positions, at, chosen) {
  const groups = [];
  const first = [...positions].sort((a, b) => (b.id === chosen) - (a.id === chosen));
  for (const place of first) {
    const [x, y] = at(place);
    const near = groups.find((other) => Math.hypot(other.x - x, other.y - y) < NEAR);
    if (near) near.others += 1;
    else groups.push({ place, x, y, others: 0 });
  }
  return groups;
}
