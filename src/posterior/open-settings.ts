import type { PosteriorConfig } from './config.ts';

/** Keys below `posterior` that a configuration leaves to its features: `head`, `training.lr`, …; none of a settled one. */
export const openSettings = ({ head, training }: PosteriorConfig): string[] => [
  ...(head === null ? ['head'] : []),
  ...Object.entries(training).flatMap(([key, value]) => (value === null ? [`training.${key}`] : [])),
];
