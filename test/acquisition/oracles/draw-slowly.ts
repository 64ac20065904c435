import type { PolicyContext } from '../../../src/acquisition/policy.ts';

/**
 * Items drawn by noise, straight from the rule: one standard Gumbel an item in pool order, then again and again the
 * largest logarithm of a weight + noise/beta among those left, weights of 0 after all others by noise alone.
 */
export function drawSlowly(context: PolicyContext, logarithms: readonly number[], beta: number): number[] {
  const noise = logarithms.map(() => context.stream.gumbel() / beta);
  const left = [...logarithms.keys()];
  const items: number[] = [];
  while (left.length > 0 && items.length < context.batch) {
    const winner = left.reduce((best, other) => (comesBefore(other, best) ? other : best));
    left.splice(left.indexOf(winner), 1);
    items.push(context.pool[winner]!);
  }
  return items;

  function comesBefore(one: number, other: number): boolean {
    const weightless = [logarithms[one] === -Infinity, logarithms[other] === -Infinity] as const;
    if (weightless[0] !== weightless[1]) return weightless[1];
    if (weightless[0]) return noise[one]! > noise[other]!;
    return logarithms[one]! + noise[one]! > logarithms[other]! + noise[other]!;
  }
}
