import { aleatoric } from './aleatoric.ts';
import { epistemic } from './epistemic.ts';
import { lru } from './lru.ts';
import { predictive } from './predictive.ts';
import { variance } from './variance.ts';

/** Every measure that follows from posterior samples: the one place where a measure is registered. */
export const MEASURES = {
  epistemic,
  predictive,
  aleatoric,
  variance,
} as const;

/** Name of a measure that follows from posterior samples. */
export type SampleMeasureName = keyof typeof MEASURES;

/** Their names as a list. */
export const SAMPLE_MEASURES = Object.keys(MEASURES) as readonly SampleMeasureName[];

/** Whether a measure follows from posterior samples. */
export const isSampleMeasure = (name: string): name is SampleMeasureName => Object.hasOwn(MEASURES, name);

/** Every measure that a kind of posterior tells of itself: the one place where such a measure is registered. */
const OWN_MEASURES = { lru } as const;

/** Name of a measure that a kind of posterior tells of itself. */
export type OwnMeasureName = keyof typeof OWN_MEASURES;

/** Their names as a list. */
export const OWN_MEASURE_NAMES = Object.keys(OWN_MEASURES) as readonly OwnMeasureName[];
