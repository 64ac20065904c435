import { z } from 'zod';
import { quantile } from '../math/quantile.ts';

/** Uncertainty of pairs of similar distance: means of distance, quantiles of uncertainty, one entry a bin of about equal mass. */
export const DistanceBins = z.array(
  z.strictObject({ distance: z.number(), p5: z.number(), p50: z.number(), p95: z.number(), count: z.int().min(1) }),
);
export type DistanceBins = z.infer<typeof DistanceBins>;

/** Bins some pairs (N values each) by distance, at most `most` bins of at least `least` pairs where there are as many. */
export function distanceBins(
  distances: Float64Array,
  uncertainty: Float64Array,
  { most, least }: { readonly most: number; readonly least: number },
): DistanceBins {
  const order = Array.from(distances.keys()).sort((one, other) => distances[one]! - distances[other]! || one - other);
  const bins = Math.max(1, Math.min(most, Math.floor(order.length / least)));
  return Array.from({ length: bins }, (_, bin) => {
    const members = order.slice((bin * order.length) / bins, ((bin + 1) * order.length) / bins);
    const ascending = Float64Array.from(members, (member) => uncertainty[member]!).sort();
    const distance = members.reduce((sum, member) => sum + distances[member]!, 0) / members.length;
    const [p5, p50, p95] = [0.05, 0.5, 0.95].map((share) => quantile(ascending, share)) as [number, number, number];
    return { distance, p5, p50, p95, count: members.length };
  });
}
