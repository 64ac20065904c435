import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readWorldConfig } from '../../src/config/read-world-config.ts';
import { temporaryDirectory, writeSource } from '../data/fixtures.ts';

const yaml = (text: string): string => writeSource(join(temporaryDirectory(), 'world.yaml'), text);

describe('readWorldConfig()', () => {
  test('takes a world alone and a world within an experiment', async () => {
    const alone = await readWorldConfig(yaml('kind: uniform\nseed: 4\n'));
    const within = await readWorldConfig(yaml('data:\n  type: synthetic\n  world: {kind: uniform, seed: 4}\n'));
    expect(within).toEqual(alone);
    expect(alone).toMatchObject({ kind: 'uniform', seed: 4, sizes: { train: 4000 } });
  });

  test.each([
    ['an unknown key', 'kind: clustered\nclustres: 3\n', ["'clustres'", "did you mean 'clusters'", 'line 2']],
    ['a key of the other kind', 'kind: uniform\nclusters: 3\n', ["'clusters'"]],
    ['a wrong type', 'kind: clustered\nclusters: many\n', ["'clusters'", 'line 2', 'a number is needed']],
    ['a value out of range', 'kind: clustered\nnearTies: {pool: 1.5}\n', ["'nearTies.pool'", 'at most 1']],
    ['an unknown kind', 'kind: round\n', ["'kind'", 'round']],
    ['text that is not YAML', 'kind: [clustered\n', ['line', 'YAML is needed']],
    ['a list', '- 1\n', ['mapping']],
    [
      'an experiment on a directory',
      'data: {type: directory, dataset: x, store: y}\n',
      ["data.type is 'directory'", 'synthetic'],
    ],
  ])('refuses %s', async (_, text, says) => {
    const failure = (await readWorldConfig(yaml(text)).catch((error: unknown) => error)) as Error & {
      exitStatus: number;
    };
    expect(failure.exitStatus, failure.message).toBe(2);
    for (const part of says) expect(failure.message).toContain(part);
    expect(failure.message).not.toContain('\n');
  });

  test('refuses a file that is not there', async () => {
    await expect(readWorldConfig('none.yaml')).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining('none.yaml'),
    });
  });
});
