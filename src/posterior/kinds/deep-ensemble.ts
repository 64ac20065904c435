import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { DeepEnsembleKind } from '../../protocol/posterior-kinds.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { members, initialisation } = DeepEnsembleKind.shape;

/** M heads of independent initialisation and data order, the paper's posterior. */
export const deepEnsemble = definePosterior({
  summary: 'heads that start and learn each on its own',
  options: {
    members: members.default(5).describe('members of the ensemble'),
    initialisation: initialisation
      .default('paper')
      .describe('paper: members start independently; reference: all but the first share one start'),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  request: (options) => ({
    type: 'deep-ensemble',
    members: options.members,
    initialisation: options.initialisation,
  }),
  heads: (options) => options.members,
});
