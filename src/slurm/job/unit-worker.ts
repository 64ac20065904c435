import type { ProgressNote } from '../../worker/client.ts';
import type { Unit } from '../campaign/unit.ts';
import type { JobShape } from '../site/profile.ts';
import type { UnitOutcome } from './unit-outcome.ts';

/** Works on the units of one job and keeps what they share. */
export interface UnitWorker {
  /** Number of units that it works on at the same time. */
  readonly lanes: number;
  /** Never throws: a failure is an outcome. */
  readonly work: (unit: Unit) => Promise<UnitOutcome>;
  /** Stops what it started; files of an unfinished unit stay in its directory. */
  readonly close: () => Promise<void>;
}

/** Inputs to the work on units. */
export interface UnitWorkerOptions {
  /** Directory of this job, for logs of the worker and its kept results. */
  readonly place: string;
  /** Resources of the job. */
  readonly job: Pick<JobShape, 'cpus' | 'gpus'>;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
  /** Receives the progress of an extraction. */
  readonly observe: (progress: ProgressNote) => void;
}
