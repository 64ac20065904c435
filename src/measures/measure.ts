import type { SampleStatistics } from './sample-statistics.ts';

/** A per-pair uncertainty as the table lists it: name, sentence, unit, and how it follows from the samples. */
export interface Measure {
  readonly name: string;
  readonly summary: string;
  readonly unit: 'nats' | 'probability²';
  readonly of: (statistics: SampleStatistics) => Float64Array;
}

/** A per-pair uncertainty that does not follow from samples: a kind of posterior tells it, as a tensor of its name. */
export interface OwnMeasure {
  readonly name: string;
  readonly summary: string;
}
