import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRecipes } from '../../../src/config/recipes.ts';
import { slurmScripts } from '../../../tools/generate/slurm-scripts.ts';
import { ROOT } from '../../support/balpm.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';

const expected = await slurmScripts();
const scripts = Object.keys(expected);

describe('the batch scripts of slurm/', () => {
  test('are those that `npm run generate` writes, and no others', () => {
    const there = readdirSync(join(ROOT, 'slurm'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sbatch'))
      .map((name) => join('slurm', name));
    expect(there.toSorted()).toEqual(scripts.toSorted());
    expect(scripts.filter((path) => readFileSync(join(ROOT, path), 'utf8') !== expected[path])).toEqual([]);
  });

  test('are there for every experiment of the paper', () => {
    const recipes = listRecipes().filter(({ name }) => /^paper\/[^/]+$/.test(name));
    expect(recipes).toHaveLength(20);
    expect(scripts).toEqual(expect.arrayContaining(recipes.map(({ name }) => `slurm/${name}.sbatch`)));
  });

  test('are named in slurm/README.md', () => {
    const page = readFileSync(join(ROOT, 'slurm/README.md'), 'utf8');
    expect(scripts.filter((path) => !page.includes(path.replace(/^slurm\/(.*)\.sbatch$/, '$1')))).toEqual([]);
  });

  test('have as many cells as the table of slurm/README.md says', () => {
    const page = readFileSync(join(ROOT, 'slurm/README.md'), 'utf8');
    const said = [...page.matchAll(/^\| `(paper\/\S+)` \| (\d+) \|/gm)].map(([, name, cells]) => [name, Number(cells)]);
    const real = scripts
      .filter((path) => path.startsWith('slurm/paper/'))
      .map((path) => [
        path.replace(/^slurm\/(.*)\.sbatch$/, '$1'),
        Number(/^#SBATCH --array=0-(\d+)$/m.exec(expected[path] ?? '')?.[1]) + 1,
      ]);
    expect(said.toSorted()).toEqual(real.toSorted());
  });

  test.each(scripts)('%s is a script that bash can read', async (path) => {
    await execa('bash', ['-n', join(ROOT, path)]);
  });
});

describe.runIf(slurmOrSkip())('a real Slurm', () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 1, cpus: 16, memoryMb: 400_000, gpus: 4 });
  });
  afterAll(async () => slurm?.down());

  test.each(scripts)('would take %s', async (path) => {
    const asked = await execa('sbatch', ['--test-only', join(ROOT, path)], { env: slurm.env });
    expect(asked.stderr).toMatch(/^sbatch: Job \d+ to start at /);
  });
});
