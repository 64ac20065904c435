import { z } from 'zod';
import { shareOf } from '../../math/share-of.ts';
import { drawWithoutReplacement } from '../../random/stream.ts';
import type { Pick, PolicyContext } from '../policy.ts';
import type { Drawn } from './drawn.ts';

/** Option of every policy that draws with known probabilities. */
export const randomShare = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe('share of every batch drawn uniformly from what the rule leaves, rounded up to whole items');

/**
 * The batch of a rule, its last `share` (rounded up to whole items) drawn uniformly from what the rule left. With π
 * the probability that the rule takes an item and u of the n items it leaves drawn, the batch has it with probability
 * π + (1 − π) · u/n: exact, or exact given the draws of the other items, as π is.
 */
export function withRandomShare(
  context: PolicyContext,
  share: number,
  draw: (context: PolicyContext) => Drawn,
): readonly Pick[] {
  const size = context.pool.length;
  const wanted = Math.min(context.batch, size);
  const uniform = shareOf(share, wanted);
  const drawn = draw({ ...context, batch: wanted - uniform });
  const more = uniform === 0 ? [] : drawWithoutReplacement(context.stream, leftBy(drawn, size), uniform);
  const chance = uniform === 0 ? 0 : uniform / (size - drawn.positions.length);
  const facts = drawn.describe([...drawn.positions, ...more]);
  return [...drawn.positions, ...more].map((position, index) => {
    const { score, terms, inclusion } = facts[index]!;
    const isRuled = index < drawn.positions.length;
    return {
      item: context.pool[position]!,
      score: isRuled ? score : null,
      terms,
      inclusion: inclusion + (1 - inclusion) * chance,
    };
  });
}

function leftBy({ positions }: Drawn, size: number): number[] {
  const gone = new Set(positions);
  return Array.from({ length: size }, (_, position) => position).filter((position) => !gone.has(position));
}
