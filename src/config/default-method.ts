/** What a configuration that names no policy or no posterior gets, and why, in words; docs/policies.md has the measurements. */
export const DEFAULT_METHOD = {
  policy: 'sample',
  posterior: 'bayesian-linear',
  why: 'pairs drawn in proportion to uncertainty: gains where it tells something, loses next to nothing where it does not',
} as const;
