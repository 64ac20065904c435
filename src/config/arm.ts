import type { ExperimentConfig } from './experiment.ts';

/** The name of the arm a run belongs to: `acquisition.name`, by default its policy. */
export const armName = ({ acquisition }: ExperimentConfig): string => acquisition.name ?? acquisition.policy;

/** The options block of the run's own policy. */
export const policyOptions = ({ acquisition }: ExperimentConfig): Record<string, unknown> =>
  (acquisition as Readonly<Record<string, unknown>>)[acquisition.policy] as Record<string, unknown>;
