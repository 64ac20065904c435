/**
 * The position a draw of [0, 1) falls on when each weighs `weights` (not negative; NaN marks what cannot be chosen).
 * Where every weight is 0 all that can be chosen are equally likely. −1 when nothing can be.
 */
export function drawByWeight(weights: Float64Array, draw: number): number {
  const open = positionsOf(weights, (weight) => !Number.isNaN(weight));
  const total = open.reduce((sum, position) => sum + weights[position]!, 0);
  if (!(total > 0) || total === Infinity) return open[Math.floor(draw * open.length)] ?? -1;
  const weighty = open.filter((position) => weights[position]! > 0);
  let rest = draw * total;
  for (const position of weighty) {
    rest -= weights[position]!;
    if (rest < 0) return position;
  }
  return weighty.at(-1)!;
}

function positionsOf(values: Float64Array, isWanted: (value: number) => boolean): readonly number[] {
  const positions: number[] = [];
  values.forEach((value, position) => {
    if (isWanted(value)) positions.push(position);
  });
  return positions;
}
