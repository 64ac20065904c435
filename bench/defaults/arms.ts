import type { BenchArm } from '../policies/arms.ts';

const TODAY = ['posterior.type=deep-ensemble'];
const LINEAR = ['posterior.type=bayesian-linear', 'posterior.noise.type=auto'];
const BLIND = [...LINEAR, 'posterior.bayesianLinear.covariates=[]'];

/** All arms of a world lie side by side, whatever their posterior. */
export const GROUP = 'arms';

const arm = (name: string, posterior: readonly string[], policy: string): BenchArm => ({
  posterior: GROUP,
  name,
  overrides: [...posterior, `acquisition.policy=${policy}`, `acquisition.name=${name}`],
});

/** The arm all others are compared with. */
export const BASELINE = 'today-random';

/** The arms of docs/decisions/default-policy.md. */
export const DEFAULT_ARMS: readonly BenchArm[] = [
  arm(BASELINE, TODAY, 'random'),
  arm('linear-random', LINEAR, 'random'),
  arm('linear-sample', LINEAR, 'sample'),
  arm('linear-best-of', LINEAR, 'best-of'),
  arm('features-random', BLIND, 'random'),
  arm('today-bal-pm', TODAY, 'batch-entropy'),
];
