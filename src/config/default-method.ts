/** What a configuration that names no policy or no posterior gets, and why, in words; docs/policies.md has the measurements. */
export const DEFAULT_METHOD = {
  policy: 'batch-entropy',
  posterior: 'deep-ensemble',
  why: 'as published',
} as const;
