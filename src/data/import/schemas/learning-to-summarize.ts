import type { SourceSchema } from './schema.ts';

/** Reddit TL;DR and CNN/DM comparisons: id, post, chosen_summary, rejected_summary. */
export const learningToSummarize: SourceSchema = {
  columns: { prompt: 'post', chosen: 'chosen_summary', rejected: 'rejected_summary', id: 'id' },
  reads: [],
  adds: [],
  derive: (values) => values,
  splits: { valid1: 'validation', valid2_reddit: 'test', valid2_cnn: 'ood' },
  idsWithinSplit: true,
};
