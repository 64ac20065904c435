import { BalpmError } from '../../base/errors.ts';
import type { UserCode } from '../../custom-code/user-file.ts';
import type { PosteriorConfig } from '../../posterior/config.ts';
import { posteriorOf } from '../../posterior/index.ts';
import type { JudgedDataset } from '../../posterior/posterior.ts';
import { settled } from '../../posterior/settled.ts';
import type { NoiseModel, NoiseReport } from '../../protocol/noise-models.ts';
import { externalFit } from '../../protocol/operations/external-fit.ts';
import { posteriorFit } from '../../protocol/operations/posterior-fit.ts';
import type { PosteriorKind } from '../../protocol/posterior-kinds.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import type { WorkerClient } from '../../worker/client.ts';
import type { Tensors } from '../../worker/tensors/tensor.ts';
import type { TraceFields } from '../../worker/wire/number-messages.ts';
import { softLabels } from '../problem/assert-hard-labels.ts';
import { limits } from './own-model.ts';
import type { MemberSummary } from './round-model.ts';

/** A posterior the worker holds: its handle and how the learning of its members went. */
export interface FittedPosterior {
  readonly posterior: string;
  readonly members: readonly MemberSummary[];
  /** The exponent of its noise model; null under constant noise. */
  readonly noise: NoiseReport | null;
  /** As posterior.fit answers; null where nothing is known of it. */
  readonly covariateShare: number | null;
}

/** One fit: everything its result depends on. `ownModel` is there for posterior.type=external. */
export interface PosteriorFit {
  readonly store: StoreRef;
  /** Which of the stores the posterior is fitted on that is. */
  readonly member: number;
  /** Directory and hash of the dataset the pairs are from. */
  readonly dataset: JudgedDataset;
  readonly config: PosteriorConfig;
  readonly noise: NoiseModel;
  /** Parts of the labels that say when training stops; null: the validation pairs say it. */
  readonly folds: number | null;
  /** Davidson's ν; 0 where ties are not modelled. */
  readonly ties: number;
  readonly ownModel: UserCode | null;
  /** Name of the run, for the journal. */
  readonly run: string;
  readonly seed: number;
  readonly round: number;
  /** As fitTensors() makes them. */
  readonly tensors: Tensors;
}

/** Whose call it is. */
export const traceOf = ({ run, round, seed }: PosteriorFit): TraceFields => ({ runId: run, round, seed });

/** Asks the worker for a fit; equal fits give equal posteriors. @throws WorkerFailure */
export async function fitPosterior(fit: PosteriorFit, client: WorkerClient): Promise<FittedPosterior> {
  const kind = posteriorOf(fit.config.type).request(fit.config, fit);
  if (kind !== null) return fitHeads(fit, kind, client);
  if (fit.ownModel !== null) return fitOwnModel(fit, fit.ownModel, client);
  throw new BalpmError('internal', `Cannot fit posterior.type ${fit.config.type}: no code was opened, some is needed`);
}

async function fitHeads(fit: PosteriorFit, kind: PosteriorKind, client: WorkerClient): Promise<FittedPosterior> {
  const { store, seed, round, config, noise, folds, ties } = fit;
  const { head, training } = settled(config);
  const params = { store, kind, noise, folds, ties, head, training, seed, round };
  const { data } = await client.call(posteriorFit, params, fit.tensors, { trace: traceOf(fit) });
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
}

/** Nothing is known of how a user's model learns: it has no members. */
async function fitOwnModel(fit: PosteriorFit, code: UserCode, client: WorkerClient): Promise<FittedPosterior> {
  assertHard(fit);
  const { store, seed, round, config } = fit;
  const { file: module, sha256: moduleSha256, name } = code;
  const { data } = await client.call(
    externalFit,
    { store, module, moduleSha256, name, options: config.options, seed, round },
    fit.tensors,
    { ...limits(config), trace: traceOf(fit) },
  );
  return { posterior: data.posterior, members: [], noise: null, covariateShare: null };
}

/** A class of the user's own is given chosen and rejected rows alone. */
function assertHard({ tensors, round }: PosteriorFit): void {
  const isHard = Object.keys(tensors).every((name) => name === 'labelled' || name === 'validation');
  if (!isHard) throw softLabels(`Cannot train round ${round} with posterior.type external`, 'its labels');
}
