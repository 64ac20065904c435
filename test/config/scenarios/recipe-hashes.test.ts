import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/base/text/canonical-json.ts';
import type { ExperimentConfig } from '../../../src/config/experiment.ts';
import { experimentIdentity } from '../../../src/config/identity.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { listRecipes } from '../../../src/config/recipes.ts';
import { loadSweep } from '../../../src/config/sweep.ts';

/** A line a recipe: its name, the configHash of `balpm run`, those of the cells of its sweep; 12 digits of each, as at commit a648d9c. */
const PINNED = readFileSync(join(import.meta.dirname, '../fixtures/recipe-hashes.txt'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(' ') as [name: string, run: string, ...cells: string[]]);

const configHash = (config: ExperimentConfig): string => hashOf(experimentIdentity(config)).slice(0, 12);

describe('whatever the defaults are, runs of earlier versions go on with', () => {
  const paths = new Map(listRecipes().map(({ name, path }) => [name, path]));

  test.each(PINNED)('%s', async (name, run, ...cells) => {
    const path = paths.get(name) ?? '';
    expect(configHash((await loadConfig(path)).config)).toBe(run);
    const now = await loadSweep(path, [], configHash);
    expect(now.map(({ loaded }) => configHash(loaded.config))).toEqual(cells);
  });
});
