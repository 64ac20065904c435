import { BalpmError, dataError } from '../base/errors.ts';
import type { FeatureSource, MeasureName, NeighbourSource, Pick, PolicyContext, SampleSource } from './policy.ts';

/**
 * A measure of the pool, checked: one finite number for every position.
 * @throws BalpmError (internal when the loop did not provide it, data when a value is not finite).
 */
export function measureOf(context: PolicyContext, name: MeasureName): Float64Array {
  const values = context.measures[name];
  if (values?.length !== context.pool.length) throw missingMeasure(name, values?.length ?? 0, context.pool.length);
  for (let position = 0; position < values.length; position++) {
    if (!Number.isFinite(values[position]!)) throw notFinite(name, context.pool[position]!, values[position]!);
  }
  return values;
}

const missingMeasure = (name: string, found: number, needed: number): BalpmError =>
  new BalpmError('internal', `Cannot rank the pool by '${name}': ${found} values were given, ${needed} are needed`);

const notFinite = (name: string, item: number, value: number): BalpmError =>
  new BalpmError('data', `Cannot rank the pool by '${name}': item ${item} has ${value}, a finite number is needed`);

/**
 * A measure of the pool as weights to draw by: one number of at least 0 for every position.
 * @throws BalpmError (data) naming an item whose value is negative or not finite.
 */
export function weightOf(context: PolicyContext, name: MeasureName): Float64Array {
  const values = measureOf(context, name);
  const negative = values.findIndex((value) => value < 0);
  if (negative === -1) return values;
  throw dataError(
    `Cannot draw by '${name}': item ${context.pool[negative]} has ${values[negative]}, a number of at least 0 is needed`,
  );
}

/** The posterior samples a policy asked for. @throws BalpmError (internal) when the loop did not provide them. */
export const samplesOf = ({ samples }: PolicyContext): SampleSource => samples ?? missing('posterior samples');

/** The samples' logits of what is judged. @throws BalpmError (internal) when the loop did not provide them. */
export const targetLogitsOf = ({ targetLogits }: SampleSource): Promise<Float32Array> =>
  (targetLogits ?? missing('logits of evaluated pairs'))();

/** The features a policy asked for. @throws BalpmError (internal) when the loop did not provide them. */
export const featuresOf = ({ features }: PolicyContext): FeatureSource => features ?? missing('features');

/** The neighbours a policy asked for. @throws BalpmError (internal) when the loop did not provide them. */
export const neighboursOf = ({ neighbours }: PolicyContext): NeighbourSource =>
  neighbours ?? missing('neighbour graph');

function missing(what: string): never {
  throw new BalpmError('internal', `Cannot select: no ${what} came, what the policy declared is needed`);
}

/** Picks of some positions of the pool, in order, whose score is a measure as it stands. */
export const picksByMeasure = (
  { pool }: PolicyContext,
  { measure, values, positions }: { measure: MeasureName; values: Float64Array; positions: ArrayLike<number> },
): readonly Pick[] =>
  Array.from(positions, (position) => ({
    item: pool[position]!,
    score: values[position]!,
    terms: { [measure]: values[position]! },
  }));
