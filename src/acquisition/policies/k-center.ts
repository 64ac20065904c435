import { z } from 'zod';
import { featuresOf } from '../context.ts';
import { drawPositions } from '../kernels/candidates.ts';
import { firstOfEach } from '../kernels/first-of-each.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';

const options = z.strictObject({
  space: z
    .enum(['prompt', 'pair', 'latent'])
    .default('prompt')
    .describe(
      'where distances are taken: prompt features, φ(a) − φ(b), or the same difference in the head’s last hidden layer',
    ),
  candidates: z
    .int()
    .min(1)
    .default(4096)
    .describe('prompts (items, in the other spaces) drawn at random that picks are chosen from'),
});
type KCenter = z.output<typeof options>;

/** k-center greedy: each pick is the farthest from all that is acquired or picked, so that nothing is left far out. */
export const kCenter = definePolicy({
  name: 'k-center',
  summary: 'k-center greedy (core-set): always the item farthest from everything acquired',
  noInclusion: 'greedy among candidates, drawn where the pool is large: no probability in closed form',
  options,
  create: (chosen) => ({
    needs: { ...NO_NEEDS, features: chosen.space },
    select: (context) => select(context, chosen),
  }),
});

async function select(context: PolicyContext, { space, candidates }: KCenter): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const isPrompt = space === 'prompt';
  const places = isPrompt ? firstOfEach(context.pool, context.promptOf) : context.pool;
  const drawn = drawPositions(context, places.length, Math.max(candidates, context.batch));
  const chosen = drawn.map((position) => places[position]!);
  const centres = isPrompt ? firstOfEach(context.acquired, context.promptOf) : context.acquired;
  const request = { candidates: chosen, centres, picks: context.batch, scale: null, draws: null };
  const { positions, values } = await featuresOf(context).spread(request);
  const spread = Array.from(positions, (position, pick) => pickOf(chosen[position]!, values[pick]!));
  return [...spread, ...copies(context, spread)];
}

// Where nothing was acquired the first pick is at no distance from anything.
const pickOf = (item: number, distance: number): Pick => ({
  item,
  score: Number.isFinite(distance) ? distance : null,
  terms: {},
});

/** When all prompts are taken: further items of the same prompts, in pool order, at distance 0. */
function copies({ pool, batch }: PolicyContext, picks: readonly Pick[]): readonly Pick[] {
  if (picks.length >= Math.min(batch, pool.length)) return [];
  const taken = new Set(picks.map(({ item }) => item));
  const left = Array.from(pool).filter((item) => !taken.has(item));
  return left.slice(0, batch - picks.length).map((item) => pickOf(item, 0));
}
