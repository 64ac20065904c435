import { posteriorFit } from '../protocol/operations/posterior-fit.ts';
import type { PosteriorKind } from '../protocol/posterior-kinds.ts';
import type { WorkerClient } from '../worker/client.ts';
import type { FitPlace, FittedPosterior, PosteriorFit } from './fit.ts';

/**
 * The fit of a kind that is on the wire: `posterior.fit`, asked for the kind that `request` makes of the options.
 * @throws WorkerFailure
 */
export function fitAs<Options>(request: (options: Options, place: FitPlace) => PosteriorKind) {
  return async (options: Options, fit: PosteriorFit, client: WorkerClient): Promise<FittedPosterior> => {
    const { store, seed, round, noise, folds, ties, settings } = fit;
    const kind = request(options, fit);
    const params = { store, kind, noise, folds, ties, ...settings, seed, round };
    const { data } = await client.call(posteriorFit, params, fit.tensors, fit.call);
    return {
      posterior: data.posterior,
      members: data.members.map(({ stopStep, bestStep, bestLoss, stoppedEarly }) => ({
        stopStep,
        bestStep,
        bestLoss,
        stoppedEarly,
      })),
      noise: data.noise,
      covariateShare: data.covariateShare,
    };
  };
}
