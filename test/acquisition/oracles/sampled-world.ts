import { POLICIES } from '../../../src/acquisition/index.ts';
import type { FeatureSource, PolicyContext, SampleSource } from '../../../src/acquisition/policy.ts';
import { computeMeasures } from '../../../src/measures/compute-measures.ts';
import { MEASURES, type SampleMeasureName } from '../../../src/measures/index.ts';
import { openStream } from '../../../src/random/stream.ts';
import { buildFeatureSource } from '../../../src/standalone/in-process/build-feature-source.ts';
import { policyContext } from './policy-context.ts';
import { type RandomWorld, randomWorld } from './random-world.ts';

/** Posterior samples of every made-up world. */
export const SAMPLES = 4;
const TARGETS = 5;

/** A random world with logits r(a) − r(b) by item and by target (SAMPLES each). */
export interface SampledWorld extends RandomWorld {
  readonly logits: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
}

/** The world of that number; a third of them have coarse logits (ties), never all 0: both sides would be the same text. */
export function sampledWorld(number: number, size?: Drawing['size']): SampledWorld {
  const world = randomWorld(number, size);
  const stream = openStream(['test', 'logits', number]);
  const coarse = number % 3 === 0;
  const draw = (sample: number): number => {
    if (!coarse) return stream.normal();
    return sample === SAMPLES - 1 ? 2 * stream.below(2) - 1 : stream.below(3) - 1;
  };
  const drawMany = (count: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: SAMPLES }, (_, sample) => Math.fround(draw(sample))));
  return { ...world, logits: drawMany(world.promptOf.length), targets: drawMany(TARGETS) };
}

/** How a world is drawn. */
export interface Drawing {
  /** What everything that depends on sides is multiplied by: −1 swaps them. */
  readonly sign?: 1 | -1;
  readonly size?: { readonly prompts: number; readonly items: number };
}

/** A context over a random world with all that any policy may need. */
export function contextOf(
  number: number,
  parts: Partial<PolicyContext> = {},
  { sign = 1, size }: Drawing = {},
): PolicyContext {
  const world = sampledWorld(number, size);
  const of = (items: ArrayLike<number>): Float32Array =>
    rowMajor(Array.from(items, (item) => world.logits[item]!.map((logit) => sign * logit)));
  return policyContext({
    round: number % 5,
    batch: 1 + (number % 9),
    pool: Int32Array.from(world.poolOrder),
    acquired: Int32Array.from(world.acquired),
    promptOf: world.promptOf,
    measures: {
      ...computeMeasures(of(world.poolOrder), SAMPLES, Object.keys(MEASURES) as SampleMeasureName[]),
      ...drawColumns(number, world),
    },
    neighbours: world.source,
    groups: number % 2 === 0 ? null : drawGroups(number, world),
    samples: sampleSource(of, rowMajor(world.targets)),
    features: itemFeatures(world, sign),
    stream: openStream(['test', 'laws', number]),
    ...parts,
  });
}

/** Columns that any policy of the table may ask for beside measures of the samples, with ties. */
function drawColumns(number: number, { poolOrder }: RandomWorld): Record<string, Float64Array> {
  const stream = openStream(['test', 'columns', number]);
  const policies = POLICIES.map((definition) => definition.create(definition.options.parse({})));
  const columns = policies.flatMap(({ needs }) => needs.measures.filter((name) => !(name in MEASURES)));
  return Object.fromEntries(columns.map((name) => [name, Float64Array.from(poolOrder, () => stream.below(6) / 4)]));
}

function drawGroups(number: number, { promptOf }: RandomWorld): Int32Array {
  const stream = openStream(['test', 'groups', number]);
  return promptOf.map(() => stream.below(4));
}

/** Logits of pairs as a source gives them, SAMPLES × pairs. */
const rowMajor = (logits: readonly (readonly number[])[]): Float32Array =>
  Float32Array.from({ length: SAMPLES * logits.length }, (_, index) => {
    return logits[index % logits.length]![Math.floor(index / logits.length)]!;
  });

/** A source of the logits `of` gives. */
export const sampleSource = (of: (items: Int32Array) => Float32Array, targets: Float32Array): SampleSource => ({
  samples: SAMPLES,
  logits: async (items) => of(items),
  targetLogits: async () => targets,
});

/** Features of an item: its prompt's. */
export function rowOf({ features: { values, dimension }, promptOf }: RandomWorld, item: number): readonly number[] {
  return Array.from(values.subarray(promptOf[item]! * dimension, (promptOf[item]! + 1) * dimension));
}

/** A source of the features of every item, turned with the sides as a difference of answers is. */
export function itemFeatures(world: RandomWorld, sign: number): FeatureSource {
  const rows = Array.from(world.promptOf.keys(), (item) => rowOf(world, item));
  const values = Float32Array.from(rows.flat(), (value) => sign * value);
  return buildFeatureSource({ dimension: world.features.dimension, values });
}
