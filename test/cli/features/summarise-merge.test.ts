import { expect, test } from 'vitest';
import { describeMerge } from '../../../src/cli/features/summarise-merge.ts';
import type { Merge } from '../../../src/features/extraction/merge-features.ts';
import type { StoreManifest } from '../../../src/features/store/store-format.ts';

const counts: Merge['counts'] = {
  stores: [{ name: 'mean', path: 'store', id: '0'.repeat(64), dimension: 8 }],
  prompts: 1000,
  responses: 4000,
  truncatedPrompts: 0,
  truncatedResponses: 12,
  lostResponses: 0,
  cutPrompts: 1500,
  tokens: 9000,
  paddingShare: 0,
  parts: 1,
  columnsSha256: null,
};

const manifestOf = (stats: StoreManifest['stats']): StoreManifest => ({
  schemaVersion: 1,
  kind: 'balpm-features',
  id: '0'.repeat(64),
  dataset: { name: 'toy', hash: '0'.repeat(64) },
  features: {
    file: 'features.safetensors',
    sha256: '0'.repeat(64),
    bytes: 1,
    dtype: 'float32',
    prompts: [1000, 8],
    responses: [4000, 8],
  },
  source: { pooling: 'mean' },
  stats,
});

const splitNotes = (stats: StoreManifest['stats']): string[] =>
  describeMerge({ counts, manifests: [manifestOf(stats)] }).filter((line) => line.includes('of split'));

const TRAIN = { 'truncatedPrompts.train': 0, 'truncatedResponses.train': 12, 'cutPrompts.train': 1500 };

test('describeMerge() tells what was cut of each split, and of no other', () => {
  expect(splitNotes({ ...TRAIN, 'truncatedPrompts.test': 0, 'cutPrompts.test': 0 })).toEqual([
    'note: of split train: 1,500 prompts made room for answers, 12 responses lost the end',
  ]);
});

test('describeMerge() does not say the same of a single split again', () => {
  expect(splitNotes(TRAIN)).toEqual([]);
});

test('describeMerge() tells of special tokens that stand twice', () => {
  const lines = describeMerge({ counts, manifests: [manifestOf({ 'doubled.<s>': 6, tokens: 9 })] });
  expect(lines.filter((line) => line.includes('twice'))).toEqual([
    expect.stringMatching(
      /^note: the special token '<s>' stands twice at the begin or the end of 6 texts; leave .*special_tokens: false/,
    ),
  ]);
  expect(describeMerge({ counts, manifests: [manifestOf(TRAIN)] }).join()).not.toContain('twice');
});
