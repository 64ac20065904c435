import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory, writeSource } from '../../fixtures.ts';

const PAIRS = 700;
const HEAP_MB = 24;

test('importDataset() holds hashes, not texts: 56 MB of answers pass through a heap of 24 MB', () => {
  const directory = temporaryDirectory();
  const answer = 'word '.repeat(8_000);
  const lines = Array.from({ length: PAIRS }, (_, index) =>
    JSON.stringify({
      prompt: `p${index}`,
      response_a: `${index} a ${answer}`,
      response_b: `${index} b ${answer}`,
      preferred: index % 2 ? 'a' : 'b',
    }),
  );
  const source = writeSource(join(directory, 'train.jsonl'), `${lines.join('\n')}\n`);
  const flags = [
    `--max-old-space-size=${HEAP_MB}`,
    '--import',
    'tsx',
    join(import.meta.dirname, '../import-in-process.ts'),
  ];
  const output = execFileSync(process.execPath, [...flags, source, join(directory, 'dataset')], { encoding: 'utf8' });
  expect(JSON.parse(output)).toMatchObject({ items: PAIRS, responses: 2 * PAIRS });
});
