/**
 * Probability that the item of rank `rank` (1 the best of `size`) is the best of a random group of `group` items that
 * it is in: C(N − r, m − 1)/C(N − 1, m − 1), as a product of min(m, r) − 1 factors, each in [0, 1].
 */
export function chanceOfBest(rank: number, { size, group }: { readonly size: number; readonly group: number }): number {
  // Of the N − 1 others m − 1 are in the group and r − 1 are better; it is symmetric in the two.
  const [few, many] = [Math.min(group, rank) - 1, Math.max(group, rank) - 1];
  let chance = 1;
  for (let index = 0; index < few; index++) chance *= Math.max(0, size - 1 - many - index) / (size - 1 - index);
  return chance;
}
