import type { Campaign } from '../campaign/campaign.ts';
import type { JobShape } from '../site/profile.ts';
import type { Submission } from '../submission/submission.ts';
import type { JobPlace } from './job-place.ts';
import type { JobSignals } from './requeue.ts';
import type { UnitWorkerOptions } from './unit-worker.ts';

/** One job of a submission: element `task` of array `chunk`. */
export interface Job extends Pick<UnitWorkerOptions, 'note' | 'observe'> {
  readonly campaign: Campaign;
  readonly submission: Submission;
  readonly chunk: number;
  readonly task: number;
  /** Resources that it requested. */
  readonly shape: JobShape;
  /** Ids of its units, in order. */
  readonly ids: readonly string[];
  readonly place: JobPlace;
  readonly signals: JobSignals;
}
