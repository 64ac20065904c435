import { expect, test } from 'vitest';
import { describeStore } from '../../../src/features/store/describe-store.ts';
import type { StoreManifest } from '../../../src/features/store/store-format.ts';

const manifest: StoreManifest = {
  schemaVersion: 1,
  kind: 'balpm-features',
  id: 'c'.repeat(64),
  dataset: { name: 'toy', hash: 'a'.repeat(64) },
  features: {
    file: 'features.safetensors',
    sha256: 'b'.repeat(64),
    bytes: 20_430_176,
    dtype: 'float32',
    prompts: [805, 384],
    responses: [12_353, 384],
  },
  source: { type: 'transformers', revision: null, responseTemplate: '{prompt}\n{response}' },
  stats: { paddingShare: 0.01 },
  modelFiles: { 'adapter/adapter_config.json': 'd'.repeat(64) },
};

test('describeStore() tells sizes, source, files of the model and statistics, each on one line', () => {
  expect(describeStore(manifest)).toEqual([
    ['id', 'c'.repeat(64)],
    ['dataset', 'toy aaaaaaaaaaaa'],
    ['prompts', '805 × 384 float32'],
    ['responses', '12,353 × 384 float32'],
    ['size', '20.4 MB'],
    ['source.type', 'transformers'],
    ['source.revision', 'none'],
    ['source.responseTemplate', '{prompt}\\n{response}'],
    ['modelFiles.adapter/adapter_config.json', 'd'.repeat(64)],
    ['stats.paddingShare', '0.01'],
  ]);
});
