import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

/** One head a feature store of `data.stores`, each fitted on its own. */
export const crossBackbone = definePosterior({
  type: 'cross-backbone',
  summary: 'a head on each of several feature stores (data.stores)',
  options: {},
  measures: SAMPLE_MEASURES,
  hasLatentSpace: false,
  ...TRAINED_IN_STEPS,
  fittedOn: 'data.stores',
  fit: fitAs((_options, { member }) => ({ type: 'cross-backbone', member })),
  heads: () => 1,
});
