import { digamma } from '../../../math/digamma.ts';

/** h = ln(2·D + 1e-4) − ψ(n + 1)/d of every prompt (method.md section 2), kept up to date while n grows. */
export interface EntropyTerms {
  /** ln(2·D + 1e-4) (U). */
  readonly distance: Float64Array;
  /** h (U). */
  readonly entropy: Float64Array;
  /** ψ(n + 1)/d of one prompt. */
  readonly digamma: (prompt: number) => number;
  /** Counts one more acquired item in the prompt's ball. */
  readonly increment: (prompt: number) => void;
}

/** Terms from D and n per prompt (U each); `growth` is how many increments a prompt can see at most. */
export function createEntropyTerms(
  radii: Float64Array,
  acquiredWithin: Int32Array,
  { divisor, growth }: { readonly divisor: number; readonly growth: number },
): EntropyTerms {
  const counts = acquiredWithin.slice();
  const psi = digammaTable(counts.reduce((most, count) => Math.max(most, count), 0) + growth);
  const distance = new Float64Array(radii.length);
  const entropy = new Float64Array(radii.length);
  const shrinkage = (prompt: number): number => psi[counts[prompt]!]! / divisor;
  for (let prompt = 0; prompt < radii.length; prompt++) {
    distance[prompt] = Math.log(2 * radii[prompt]! + 1e-4);
    entropy[prompt] = distance[prompt]! - shrinkage(prompt);
  }
  return {
    distance,
    entropy,
    digamma: shrinkage,
    increment: (prompt) => {
      counts[prompt]!++;
      entropy[prompt] = distance[prompt]! - shrinkage(prompt);
    },
  };
}

let table = new Float64Array(0);

/** ψ(n + 1) for n = 0 … `largest` at least; the values do not depend on what was asked before. */
export function digammaTable(largest: number): Float64Array {
  if (table.length > largest) return table;
  const known = table;
  table = Float64Array.from({ length: 2 * largest + 1 }, (_, n) => known[n] ?? digamma(n + 1));
  return table;
}
