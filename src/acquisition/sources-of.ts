import { BalpmError } from '../base/errors.ts';
import type { FeatureSource, NeighbourSource, PolicyContext, SampleSource } from './policy.ts';

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
