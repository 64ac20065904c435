import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SyntheticWorld } from '../../src/synthetic/index.ts';

const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'explanation', 'data.md'), 'utf8');

/** The row of the parameter tables that names a key, with its default. */
function rowOf(key: string): string {
  return docs.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${key}\``)) ?? '';
}

test('docs/explanation/data.md names every parameter of a synthetic world with its default', () => {
  const { sizes, nearTies, kind, ...plain } = SyntheticWorld.parse({ kind: 'clustered' }) as Extract<
    SyntheticWorld,
    { kind: 'clustered' }
  >;
  expect(kind).toBe('clustered');
  const nested = {
    'nearTies.pool': nearTies.pool,
    'nearTies.evaluation': nearTies.evaluation,
    'nearTies.distance': nearTies.distance,
    'sizes.train': sizes.train,
  };
  for (const [key, value] of Object.entries({ ...plain, ...nested })) expect(rowOf(key), key).toContain(String(value));
});
