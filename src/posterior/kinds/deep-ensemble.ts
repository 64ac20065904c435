import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { DeepEnsembleKind } from '../../protocol/posterior/deep-ensemble.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { members, initialisation } = DeepEnsembleKind.shape;

/** M heads of independent initialisation and data order, the paper's posterior. */
export const deepEnsemble = definePosterior({
  type: 'deep-ensemble',
  summary: 'heads that start and learn each on its own',
  options: {
    members: members.default(5).describe('members of the ensemble'),
    initialisation: initialisation
      .default('paper')
      .describe('paper: members start independently; reference: all but the first share one start'),
  },
  impliedBy: ['members', 'initialisation', 'head', 'training'],
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  fit: fitAs(({ members: count, initialisation: start }) => ({
    type: 'deep-ensemble',
    members: count,
    initialisation: start,
  })),
  heads: (options) => options.members,
});
