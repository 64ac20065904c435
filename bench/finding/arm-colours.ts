import { policyColours } from '../../src/figures/palette.ts';
import { BASELINE } from '../defaults/arms.ts';

/** One colour an arm of the decision's comparison, in all figures; the baseline is grey. */
export const ARM_COLOURS = policyColours(
  ['linear-sample', 'today-bal-pm', 'linear-best-of', 'linear-random', 'features-random', BASELINE],
  BASELINE,
);
