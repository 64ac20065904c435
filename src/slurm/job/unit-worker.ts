import type { ProgressNote } from '../../worker/client.ts';
import type { Unit } from '../campaign/unit.ts';
import type { JobShape } from '../site/profile.ts';
import type { UnitOutcome } from './unit-outcome.ts';

/** Works on the units of one job and keeps what they share. */
export interface UnitWorker {
  /** How many units it works on at the same time. */
  readonly lanes: number;
  /** Never throws: what goes wrong is the outcome. */
  readonly work: (unit: Unit) => Promise<UnitOutcome>;
  /** Ends what it started; what an unfinished unit needs stays in its directory. */
  readonly close: () => Promise<void>;
}

/** What the work on units may use. */
export interface UnitWorkerOptions {
  /** Directory of this job's own, for logs of the worker and what that keeps. */
  readonly place: string;
  /** What the job may use. */
  readonly job: Pick<JobShape, 'cpus' | 'gpus'>;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
  /** Hears how an extraction goes. */
  readonly observe: (progress: ProgressNote) => void;
}
