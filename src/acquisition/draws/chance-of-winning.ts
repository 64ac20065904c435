/**
 * Probability that the item of rank `rank` (1 the best of `size`) is in a random group of `group` items and the best
 * of it: (m/N) · C(N − r, m − 1)/C(N − 1, m − 1), as a product of at most min(m, r) − 1 factors, all in [0, 1].
 */
export function chanceOfWinning(
  rank: number,
  { size, group }: { readonly size: number; readonly group: number },
): number {
  // C(N − r, m − 1)/C(N − 1, m − 1) is even in m − 1 and r − 1: either set of others must miss the other set.
  const [few, many] = [Math.min(group, rank) - 1, Math.max(group, rank) - 1];
  let chance = group / size;
  for (let index = 0; index < few; index++) chance *= Math.max(0, size - 1 - many - index) / (size - 1 - index);
  return chance;
}
