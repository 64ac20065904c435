import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../data/fixtures.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (...names: string[]): string => join(scratch.path, ...names);
const python = resolvePython();
const SETTINGS =
  '--model model --max-tokens 64 --token-budget 128 --part-tokens 100 --device cpu --threads 1 --pooling last-token,mean --no-quality'.split(
    ' ',
  );

const call = (...args: string[]) =>
  balpm(args, { cwd: scratch.path, env: { PATH: `${at('bin')}:/usr/bin:/bin`, BALPM_PYTHON: python } });
const SUBMIT = 'slurm submit --extract pairs --out made --shards 2 --uncertainty made.jsonl'.split(' ');
const submit = () => call(...SUBMIT, ...SETTINGS);
/** What a job of the first submission does; jobs 0 and 1 of the first script are shards, the second script merges. */
const work = (chunk: number, task: number) =>
  call('slurm', 'task', 'made.slurm', '--submission', '001', '--chunk', String(chunk), '--task', String(task));
const resultOf = (unit: string, standing: string) =>
  JSON.parse(readFileSync(at('made.slurm/slurm/results', `${unit}.${standing}.json`), 'utf8')) as { message: string };

beforeAll(async () => {
  mkdirSync(at('bin'));
  for (const [name, script] of [
    ['sbatch', 'echo 4711'],
    ['scontrol', 'echo MaxArraySize = 1001'],
    ['squeue', 'true'],
  ] as const) {
    writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(at('bin', name), 0o755);
  }
  const rows = Array.from({ length: 30 }, (_, index) => ({
    prompt: `what is number ${Math.floor(index / 3)}`,
    response_a: `it is ${index}`,
    response_b: `answer ${index % 11}`,
    preferred: 'a',
  }));
  await call('data', 'import', writeRows(at('rows.jsonl'), rows), '--split', 'train', '--out', 'pairs');
  execFileSync(python, [join(ROOT, 'test/features/save-tiny-llama.py'), at('model')], { stdio: 'ignore' });
  const alone = await call(
    'features',
    'extract',
    'pairs',
    ...SETTINGS,
    '--out',
    'alone',
    '--uncertainty',
    'alone.jsonl',
  );
  expect(alone).toMatchObject({ status: 0 });
});

it('a merge names the shards that are missing or damaged, and makes the stores of one machine once none is', async () => {
  expect(await submit()).toMatchObject({ status: 0 });
  const { extraction } = JSON.parse(readFileSync(at('made.slurm/slurm/campaign.json'), 'utf8'));
  expect(extraction.model).toMatchObject({
    commit: null,
    files: { 'config.json': expect.stringMatching(/^[0-9a-f]{64}$/) },
  });

  expect(await work(0, 0)).toMatchObject({ status: 0 });
  expect(await work(1, 0)).toMatchObject({ status: 75 });
  expect(resultOf('merge', 'paused').message).toMatch(
    /^Cannot merge '.*made': shard 2 of 2 is not done; run the same submit command/,
  );

  expect(await work(0, 1)).toMatchObject({ status: 0 });
  const part = at('made.slurm/shards/00001-of-00002/part-00000.safetensors');
  const bytes = readFileSync(part);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(part, bytes);
  expect(await work(1, 0)).toMatchObject({ status: 75 });
  expect(resultOf('merge', 'paused').message).toContain('shard 1 of 2 is not done');
  expect(resultOf('shard-0001', 'paused').message).toContain(
    "part-00000.safetensors': its bytes are not those of its digest",
  );
  expect([existsSync(at('made')), existsSync(at('made.jsonl'))]).toEqual([false, false]);

  expect(await work(0, 0)).toMatchObject({ status: 0 });
  expect(await work(1, 0)).toMatchObject({ status: 0 });
  expect(readdirSync(at('made')).toSorted()).toEqual(['last-token', 'mean']);
  for (const name of ['last-token/features.safetensors', 'last-token/manifest.json', 'mean/manifest.json'])
    expect(readFileSync(at('made', name)).equals(readFileSync(at('alone', name))), name).toBe(true);
  expect(readFileSync(at('made.jsonl'), 'utf8')).toBe(readFileSync(at('alone.jsonl'), 'utf8'));
  expect(readdirSync(at('made.slurm')).toSorted()).toEqual(['shards', 'slurm']);
}, 300_000);

it('a shard of another model than was submitted fails and names the file', async () => {
  rmSync(at('made.slurm/slurm/results/shard-0001.done.json'));
  const manifest = at('made.slurm/slurm/campaign.json');
  const campaign = JSON.parse(readFileSync(manifest, 'utf8'));
  campaign.extraction.model.files['config.json'] = '0'.repeat(64);
  writeFileSync(manifest, JSON.stringify(campaign));
  expect(await work(0, 0)).toMatchObject({ status: 4 });
  expect(resultOf('shard-0001', 'failed').message).toMatch(/^Cannot extract with model '.*model': 'config.json' is /);
});

it('a merge finishes what a killed one had made, and refuses a store of other settings in its place', async () => {
  rmSync(at('made.slurm/slurm/results/merge.done.json'));
  expect(await work(1, 0)).toMatchObject({ status: 0 });
  rmSync(at('made.slurm/slurm/results/merge.done.json'));
  const plan = at('made.slurm/shards/plan.json');
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"promptCut": "paper"', '"promptCut": "end"'));
  expect(await work(1, 0)).toMatchObject({ status: 4 });
  expect(resultOf('merge', 'failed').message).toContain('it has a store of another extraction (its promptCut differs)');
});
