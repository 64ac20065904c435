import { digamma } from '../../../math/digamma.ts';

let table = new Float64Array(0);

/** ψ(n + 1) for n = 0 … `largest` at least; the values do not depend on what was asked before. */
export function digammaTable(largest: number): Float64Array {
  if (table.length > largest) return table;
  const known = table;
  table = Float64Array.from({ length: 2 * largest + 1 }, (_, n) => known[n] ?? digamma(n + 1));
  return table;
}
