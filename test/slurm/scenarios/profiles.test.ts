import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProfile } from '../../../src/slurm/site/read-profile.ts';
import { renderScript } from '../../../src/slurm/submission/render-script.ts';
import { makeScratch, ROOT } from '../../support/balpm.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';

const FOLDER = join(ROOT, 'slurm/profiles');
const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));
const SITES = filesOf(FOLDER);
const PARTS = filesOf(join(FOLDER, 'parts'));
const scratch = makeScratch();
afterAll(scratch.remove);

/** A site's file that extends these, with names of the test's own Slurm. */
function combine(...files: readonly string[]): string {
  const path = join(scratch.path, files.map((file) => file.slice(FOLDER.length + 1).replace('/', '-')).join('+'));
  writeFileSync(path, `extends: ${JSON.stringify(files)}\npartition: main\naccount: null\n`);
  return path;
}

describe('every profile of slurm/', () => {
  test.each([...SITES, ...PARTS])('%s is valid, and says at its top what it is for', async (path) => {
    const { profile } = await readProfile(path);
    expect(profile.setup.every((line) => line.length > 0)).toBe(true);
  });

  test.each(SITES.flatMap((site) => PARTS.map((part) => combine(site, part))))('%s is valid', async (path) => {
    expect((await readProfile(path)).profile.partition).toBe('main');
  });

  test('a part changes what it says and nothing else', async () => {
    const [site, both] = await Promise.all(
      [join(FOLDER, 'gpu-gres.yaml'), combine(join(FOLDER, 'gpu-gres.yaml'), join(FOLDER, 'parts/conda.yaml'))].map(
        async (path) => (await readProfile(path)).profile,
      ),
    );
    expect(both).toEqual({ ...site, partition: 'main', setup: both?.setup });
    expect(both?.setup).toContain('conda activate balpm');
  });
});

describe.runIf(slurmOrSkip())('a real Slurm', () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 1, cpus: 16, memoryMb: 64_000, gpus: 2 });
  });
  afterAll(async () => slurm?.down());

  test.each(SITES.flatMap((site) => PARTS.map((part) => combine(site, part))))('takes a script of %s', async (path) => {
    const { profile } = await readProfile(path);
    const script = join(scratch.path, 'job.sbatch');
    writeFileSync(
      script,
      renderScript({
        title: ['a test'],
        jobName: 'balpm-test',
        comment: 'balpm:test',
        array: { size: 4, concurrent: profile.maxConcurrent },
        log: join(scratch.path, '%A_%a.out'),
        workdir: scratch.path,
        body: ['exec true'],
        profile,
        job: profile.job,
      }),
    );
    await execa('bash', ['-n', script]);
    const asked = await execa('sbatch', ['--test-only', script], { env: slurm.env });
    expect(asked.stderr).toMatch(/^sbatch: Job \d+ to start at /);
  });
});
