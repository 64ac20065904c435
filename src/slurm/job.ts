import type { Campaign } from './campaign.ts';
import type { JobPlace } from './job-place.ts';
import type { JobShape } from './profile.ts';
import type { JobSignals } from './requeue.ts';
import type { Submission } from './submission.ts';
import type { UnitWorkerOptions } from './unit-worker.ts';

/** One job of a submission: element `task` of array `chunk`. */
export interface Job extends Pick<UnitWorkerOptions, 'note' | 'observe'> {
  readonly campaign: Campaign;
  readonly submission: Submission;
  readonly chunk: number;
  readonly task: number;
  /** What it asked for. */
  readonly shape: JobShape;
  /** Ids of its units, in order. */
  readonly ids: readonly string[];
  readonly place: JobPlace;
  readonly signals: JobSignals;
}
