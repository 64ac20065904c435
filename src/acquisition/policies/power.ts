import { z } from 'zod';
import { weightOf } from '../context.ts';
import { drawPerturbed } from '../kernels/draw-perturbed.ts';
import { gumbelBeta } from '../kernels/gumbel-beta.ts';
import { spreadBeta } from '../kernels/spread-beta.ts';
import { randomShare, withRandomShare } from '../kernels/with-random-share.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

const annealing = z
  .strictObject({
    from: gumbelBeta.default(0.25).describe('beta up to round `start`'),
    start: z.int().min(0).describe('round in which beta begins to move; the first batch a policy picks is round 1'),
    end: z.int().min(1).describe('round from which on beta is `beta`'),
  })
  .refine(({ start, end }) => end > start, { path: ['end'], error: 'a round after `start`' });

const options = z.strictObject({
  measure: measureOption,
  beta: gumbelBeta.default(8).describe('exponent of the measure: the larger, the nearer to top-k'),
  betaScale: z
    .enum(['absolute', 'spread'])
    .default('absolute')
    .describe('beta as it is, or over the standard deviation of the logarithms over the pool of the round'),
  offset: z.number().min(0).default(0).describe('added to the measure before its logarithm (published code: 1e-5)'),
  annealing: annealing.nullable().default(null).describe('beta grows linearly over rounds; null: it stays'),
  randomShare,
});

/**
 * The B items of the largest ln(s + offset) + G/β, G standard Gumbel: draws without replacement with probability
 * ∝ s^β. Items of weight 0 come when nothing else is left, uniformly.
 */
export const power = definePolicy({
  name: 'power',
  summary: 'items drawn without replacement with probability proportional to a power of the measure',
  options,
  laterOptions: ['betaScale', 'randomShare'],
  create: ({ measure, beta: end, betaScale, offset, annealing: schedule, randomShare: share }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = weightOf(context, measure);
      const base = values.map((value) => Math.log(value + offset));
      const exponent = schedule === null ? end : annealed(end, schedule, context.round);
      const beta = betaScale === 'spread' ? spreadBeta(exponent, base) : exponent;
      const terms = (position: number) => ({ [measure]: values[position]! });
      return withRandomShare(context, share, (part) => drawPerturbed(part, { base, beta, terms }));
    },
  }),
});

/** from + (beta − from) · clip((round − start)/(end − start), 0, 1). */
function annealed(beta: number, { from, start, end }: z.output<typeof annealing>, round: number): number {
  const share = Math.min(1, Math.max(0, (round - start) / (end - start)));
  return from + (beta - from) * share;
}
