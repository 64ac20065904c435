import { hashOf } from '../../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { settled } from '../../posterior/settled.ts';

/** What a trial measures: configurations with the same subject take the same time for a step and for an answer. */
export interface TrialSubject {
  /** The kind with its own options, the widths of its head, and the pairs of a step. */
  readonly posterior: Readonly<Record<string, unknown>>;
  /** Dimension of the features. */
  readonly dimension: number;
  /** Device as configured, `auto` included. */
  readonly device: string;
  readonly threads: number;
}

/** The subject of a configuration on features of that dimension. */
export function trialSubject({ posterior, worker }: ExperimentConfig, dimension: number): TrialSubject {
  const { type, head: _head, training: _training, ...options } = posterior;
  const { head, training } = settled(posterior);
  const known = posteriorOf(type).options;
  const own = Object.entries(options).filter(([key]) => key in known);
  const { layers, activation } = head;
  return {
    posterior: { type, ...Object.fromEntries(own), layers, activation, batch: training.batch },
    dimension,
    device: worker.device,
    threads: worker.threads,
  };
}

/** Equal for equal subjects. */
export const subjectKey = ({ posterior, dimension, device, threads }: TrialSubject): string =>
  hashOf({ posterior, dimension, device, threads });
