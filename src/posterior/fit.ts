import type { UserCode } from '../custom-code/user-file.ts';
import type { NoiseModel, NoiseReport } from '../protocol/noise-models.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { CallOptions } from '../worker/calls/call.ts';
import type { Tensors } from '../worker/tensors/tensor.ts';
import type { HeadSettings } from './head-settings.ts';

/** The dataset whose pairs are judged: its directory and content hash, for kinds that read its texts. */
interface JudgedDataset {
  readonly path: string;
  readonly hash: string;
}

/** What a fit is made on: number `member` of the stores a posterior is fitted on, and the dataset they are of. */
export interface FitPlace {
  readonly member: number;
  readonly dataset: JudgedDataset;
}

/** One fit, beside the kind's own options: everything its result depends on. */
export interface PosteriorFit extends FitPlace {
  readonly store: StoreRef;
  readonly settings: HeadSettings;
  readonly noise: NoiseModel;
  /** Parts of the labels that say when training stops; null: the validation pairs say it. */
  readonly folds: number | null;
  /** Davidson's ν; 0 where ties are not modelled. */
  readonly ties: number;
  /** The file of the kind's `customCode`; null for a kind without. */
  readonly code: UserCode | null;
  readonly seed: number;
  readonly round: number;
  /** As posterior.fit takes them. */
  readonly tensors: Tensors;
  /** How the call is followed and stopped. */
  readonly call: CallOptions;
}

/** How one member's training went. */
export interface MemberSummary {
  readonly stopStep: number;
  readonly bestStep: number;
  readonly bestLoss: number | null;
  readonly stoppedEarly: boolean;
}

/** A posterior the worker holds: its handle and how the learning of its members went. */
export interface FittedPosterior {
  readonly posterior: string;
  /** Empty where nothing is known of how it learns. */
  readonly members: readonly MemberSummary[];
  /** The exponent of its noise model; null under constant noise. */
  readonly noise: NoiseReport | null;
  /** As posterior.fit answers; null where nothing is known of it. */
  readonly covariateShare: number | null;
}
