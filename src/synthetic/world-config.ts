import { z } from 'zod';

/** Increased whenever equal parameters give another world than before, so that cached worlds are rebuilt. */
export const WORLD_VERSION = 1;

const Share = z.number().min(0).max(1);
const Weight = z.number().min(0);

const Sizes = z.strictObject({
  train: z.int().min(1).default(4000).describe('pairs in the pool'),
  validation: z.int().min(1).default(400).describe('pairs for early stopping, uniform over clusters'),
  test: z.int().min(1).default(2000).describe('pairs for measurement, uniform over clusters'),
  ood: z.int().min(0).default(1000).describe('pairs whose prompts are shifted; 0 leaves the split out'),
});

const NearTies = z.strictObject({
  pool: Share.default(0.65).describe('share of the pool’s pairs whose responses are nearly equal'),
  evaluation: Share.default(0.1).describe('the same share in validation, test and ood'),
  distance: Weight.default(0.05).describe('distance of such responses, as a fraction of the usual one'),
});

/** Parameters of both kinds of world. Rewards are in units of one standard deviation of response quality. */
const shared = {
  seed: z.int().min(0).default(0).describe('seed of the world, independent of a run’s seed'),
  promptDimension: z.int().min(1).max(4096).default(32).describe('coordinates of a prompt'),
  answerDimension: z
    .int()
    .min(2)
    .max(4096)
    .default(32)
    .describe('coordinates of a response; a row of responses is prompt, then response'),
  sizes: Sizes.prefault({}),
  hiddenQuality: Weight.default(0.3).describe('standard deviation of the quality that no feature shows'),
  oodShift: Weight.default(0.5).describe(
    'standard deviation, per coordinate, of the shift of a cluster out of distribution',
  ),
};

const temperature = (value: number): z.ZodDefault<z.ZodNumber> =>
  z.number().gt(0).default(value).describe('label noise: P(a preferred) = σ((r_a − r_b) / temperature)');

const ClusteredWorld = z.strictObject({
  kind: z.literal('clustered'),
  ...shared,
  temperature: temperature(0.5),
  prompts: z.int().min(1).default(600).describe('distinct prompts in the pool'),
  clusters: z.int().min(1).default(60).describe('clusters of prompts'),
  clusterSpread: Weight.default(1).describe('standard deviation of cluster centres, per coordinate'),
  promptSpread: Weight.default(0.25).describe('standard deviation of prompts around their centre, per coordinate'),
  clusterExponent: Weight.default(1.5).describe('Zipf exponent of the frequency of clusters in the pool; 0 is uniform'),
  promptExponent: Weight.default(0).describe('Zipf exponent of the frequency of prompts in the pool; 0 is uniform'),
  localWeight: Weight.default(0.4).describe('weight of a cluster’s direction, relative to the shared one (weight 1)'),
  nearTies: NearTies.prefault({}),
});

const UniformWorld = z.strictObject({ kind: z.literal('uniform'), ...shared, temperature: temperature(2) });

/** Limit on the coordinates of a world, all of which are in memory at once. */
const MOST_NUMBERS = 2 ** 30;

type Drawn = Pick<z.infer<typeof ClusteredWorld>, 'sizes' | 'promptDimension' | 'answerDimension'> &
  Partial<Pick<z.infer<typeof ClusteredWorld>, 'prompts' | 'clusters'>>;

/** Number of coordinates of a world: of its pairs, of the pool's prompts, and of its clusters. */
function countNumbers({ sizes, promptDimension, answerDimension, prompts = 0, clusters = 0 }: Drawn): number {
  const pairs = sizes.train + sizes.validation + sizes.test + sizes.ood;
  return (pairs + prompts + clusters) * (promptDimension + 2 * answerDimension);
}

/**
 * A seeded Bradley–Terry world with known reward. `clustered`: the pool repeats a few clusters of prompts, each with
 * a separate taste, while validation and test cover all clusters equally. `uniform`: one cloud of prompts, none repeated,
 * one taste, no near ties, and labels so noisy that no pair is much more informative than another: active selection
 * gains nothing.
 */
export const SyntheticWorld = z
  .discriminatedUnion('kind', [ClusteredWorld, UniformWorld])
  .refine((world) => countNumbers(world) <= MOST_NUMBERS, {
    path: ['sizes'],
    message: 'a world of at most 2^30 coordinates (8 GiB)',
  });
export type SyntheticWorld = z.infer<typeof SyntheticWorld>;
