/** What a configuration that names no policy or no posterior gets, and why, in words; docs/decisions/default-policy.md has the comparison. */
export const DEFAULT_METHOD = {
  policy: 'sample',
  posterior: 'bayesian-linear',
  why: 'pairs drawn in proportion to the uncertainty of a model that needs no validation labels',
} as const;
