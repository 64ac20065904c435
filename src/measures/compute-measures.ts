import { BalpmError } from '../base/errors.ts';
import { roundToFloat32 } from '../math/round-to-float32.ts';
import { MEASURES, type SampleMeasureName } from './index.ts';
import { sampleStatistics } from './sample-statistics.ts';

/** How measures are kept: as computed, or rounded to float32 as the reference has them. */
export type MeasurePrecision = 'float64' | 'float32';

/**
 * The measures asked for, float64 (N) each, from logits r(a) − r(b), row-major samples × N, in one pass over them.
 * @throws BalpmError (internal) when the logits do not divide into samples.
 * @example computeMeasures(logits, 5, ['epistemic']).epistemic
 */
export function computeMeasures<Name extends SampleMeasureName>(
  logits: Float32Array,
  samples: number,
  names: readonly Name[],
  precision: MeasurePrecision = 'float64',
): Record<Name, Float64Array> {
  if (!(samples >= 1) || logits.length % samples !== 0) throw unevenSamples(logits.length, samples);
  const statistics = sampleStatistics(logits, samples);
  const keep = precision === 'float32' ? roundToFloat32 : (values: Float64Array) => values;
  const entries = names.map((name) => [name, keep(MEASURES[name].of(statistics))] as const);
  return Object.fromEntries(entries) as Record<Name, Float64Array>;
}

const unevenSamples = (logits: number, samples: number): BalpmError =>
  new BalpmError(
    'internal',
    `Cannot compute measures: ${logits} logits from ${samples} samples were given, a whole number of logits a sample is needed`,
  );
