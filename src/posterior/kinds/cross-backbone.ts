import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { definePosterior } from '../posterior.ts';

/** One head a feature store of `data.stores`, each fitted on its own. */
export const crossBackbone = definePosterior({
  summary: 'a head on each of several feature stores (data.stores)',
  options: {},
  measures: SAMPLE_MEASURES,
  hasLatentSpace: false,
  noiseChosenBy: 'validation',
  hasTieModel: true,
  defaultNoise: 'constant',
  learnsFrom: { validation: true, pool: false },
  costGrowsWith: 'steps',
  needsConvexLoss: false,
  learnsInSteps: true,
  request: (_options, { member }) => ({ type: 'cross-backbone', member }),
  heads: () => 1,
});
