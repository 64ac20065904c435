import { usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { POSTERIOR_TYPES, posteriorOf } from '../../posterior/index.ts';
import { noiseOf, noiseTypesThat } from '../../posterior/noise/index.ts';
import { noiseTypeOf } from '../../posterior/noise/noise-type-of.ts';

/** Refuses `labels.ties: davidson` where the posterior has no probability of a tie. @throws BalpmError (usage) */
export function assertTieModel({ labels, posterior }: ExperimentConfig): void {
  if (labels.ties !== 'davidson') return;
  const noise = noiseTypeOf(posterior);
  if (!noiseOf(noise).allowsTieModel) {
    const others = noiseTypesThat(({ allowsTieModel }) => allowsTieModel).join(' or ');
    throw usageError(
      `Cannot use labels.ties davidson: posterior.noise.type ${noise} has a link of its own; set labels.ties to half or drop, or posterior.noise.type to ${others}`,
    );
  }
  if (posteriorOf(posterior.type).hasTieModel === true) return;
  const able = POSTERIOR_TYPES.filter((type) => posteriorOf(type).hasTieModel === true);
  const other = able.length === 0 ? '' : `, or posterior.type to ${able.join(' or ')}`;
  throw usageError(
    `Cannot use labels.ties davidson: posterior.type ${posterior.type} has no model of ties; set labels.ties to half or drop${other}`,
  );
}
