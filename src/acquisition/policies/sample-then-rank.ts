import { z } from 'zod';
import { ranksAt } from '../../math/ranks-at.ts';
import { drawWithoutReplacement } from '../../random/stream.ts';
import { measureOf, picksByMeasure } from '../context.ts';
import { chanceOfBest } from '../kernels/chance-of-best.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS, type PolicyContext } from '../policy.ts';

/**
 * Shuffles the pool, cuts it into blocks, keeps the best of each block (the earlier in the pool on ties) and draws B
 * of these winners at random. With fewer blocks than B all winners are taken and the rest is shuffled again.
 */
export const sampleThenRank = definePolicy({
  name: 'sample-then-rank',
  summary: 'the best of random blocks, and of these winners some at random',
  noInclusion: 'told where the pool makes a block for every pick, and by this version or later',
  options: z.strictObject({
    measure: measureOption,
    block: z.int().min(1).default(16).describe('items a block; the last one may have fewer'),
  }),
  create: ({ measure, block }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      const positions = drawWinners(context, values, block);
      const inclusions = inclusionsOf(positions, values, block);
      return picksByMeasure(context, { measure, values, positions }).map((pick, index) =>
        inclusions === null ? pick : { ...pick, inclusion: inclusions[index]! },
      );
    },
  }),
});

function drawWinners(context: PolicyContext, values: Float64Array, block: number): readonly number[] {
  const wanted = Math.min(context.batch, values.length);
  const blocks = Math.ceil(values.length / block);
  if (blocks < wanted) context.note(fewBlocks(context.round, blocks, wanted));
  const picked: number[] = [];
  let left = Array.from(values.keys());
  while (picked.length < wanted) {
    const winners = winnersOf(drawWithoutReplacement(context.stream, left, left.length), values, block);
    picked.push(...drawWithoutReplacement(context.stream, winners, wanted - picked.length));
    const gone = new Set(picked);
    left = left.filter((position) => !gone.has(position));
  }
  return picked;
}

/**
 * How likely each pick was: a full block or the rest holds its item, it is the best there, and that winner is drawn.
 * Null where the pool was shuffled again.
 */
function inclusionsOf(positions: readonly number[], values: Float64Array, block: number): readonly number[] | null {
  const size = values.length;
  const blocks = Math.ceil(size / block);
  if (blocks < positions.length) return null;
  const last = size - (blocks - 1) * block;
  return Array.from(ranksAt(values, positions), (rank) => {
    const full = (((blocks - 1) * block) / size) * chanceOfBest(rank, { size, group: block });
    return (positions.length / blocks) * (full + (last / size) * chanceOfBest(rank, { size, group: last }));
  });
}

function winnersOf(shuffled: readonly number[], values: Float64Array, block: number): number[] {
  const winners: number[] = [];
  for (let start = 0; start < shuffled.length; start += block) {
    winners.push(shuffled.slice(start, start + block).reduce((best, other) => better(values, best, other)));
  }
  return winners;
}

function better(values: Float64Array, one: number, other: number): number {
  if (values[one] === values[other]) return Math.min(one, other);
  return values[one]! > values[other]! ? one : other;
}

const fewBlocks = (round: number, blocks: number, wanted: number): string =>
  `In round ${round} the pool makes fewer blocks (${blocks}) than there are items to pick (${wanted}): what is left is shuffled again`;
