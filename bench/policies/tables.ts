import { BETA_ARMS, type BenchArm, POLICY_ARMS, POSTERIOR_ARMS } from './arms.ts';

/** A table of arms: what is run and which page shows it. */
export interface BenchTable {
  readonly name: string;
  /** Below docs/explanation. */
  readonly page: string;
  readonly arms: readonly BenchArm[];
}

/** The tables of bench/policies.ts. */
export const BENCH_TABLES: readonly BenchTable[] = [
  { name: 'policies', page: 'policies.md', arms: [...POLICY_ARMS, ...POSTERIOR_ARMS] },
  { name: 'beta', page: 'beta.md', arms: BETA_ARMS },
];

/** Posteriors of a table in the order of its arms; each has a group of runs on every world. */
export const posteriorsOf = ({ arms }: BenchTable): readonly string[] => [
  ...new Set(arms.map(({ posterior }) => posterior)),
];
