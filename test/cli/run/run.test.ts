import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register } from '../../../src/cli/run/run.ts';
import type { CostEstimate } from '../../../src/experiment/cost/estimate-cost.ts';
import type { Rates } from '../../../src/experiment/cost/rates.ts';
import { balpm, type Called, makeScratch, ROOT } from '../../support/balpm.ts';
import { callCommand } from '../../support/call-command.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const inScratch = (...args: string[]) => balpm(args, { cwd: scratch.path });
const documentOf = ({ stdout }: Called) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

test('balpm run --dry-run and sweep --dry-run print plan and cost, start no run and write nothing', async () => {
  const before = readdirSync(scratch.path);
  const run = await inScratch('run', '-c', config, '--id', 'planned', '--dry-run');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout.split('\n')).toEqual([
    'run runs/planned   (not started)',
    '  data    240 pairs over 57 prompts in the pool · 40 validation · 60 test · 40 ood',
    '  policy  batch-entropy, seed 9',
    '  method  policy batch-entropy on posterior deep-ensemble, as configured',
    '  plan    4 rounds: 16 labels, then 8 a round = 40 labels (and 40 validation labels charged)',
    expect.stringMatching(/^ {2}cost {4}at most about \d+ s, 0\.\d GiB of memory$/),
    expect.stringMatching(/^ {10}by a trial on this machine just now \(.* per step, .*\); no comparable earlier run/),
    expect.stringMatching(
      /^ {2}disk {4}at most about 0\.1 MiB kept, 0\.\d MiB more while a run works; feature stores 0\.1 MiB$/,
    ),
  ]);
  const sweep = documentOf(await inScratch('sweep', '-c', config, 'seed=1..3', '--dry-run', '--json'));
  expect(sweep).toMatchObject({
    sweep: 'runs/tiny',
    cells: [{ run: 'runs/tiny/s1', policy: 'batch-entropy', seed: 1, rounds: 4, labels: 40 }, {}, {}],
    total: { runs: 3, labels: 120, validationLabels: 120, secondsFromEarlierRuns: null },
  });
  // 1, 1, 1 and 2 batches of at most 32 labels in 3 epochs; answers of 240 + 40 + 60 + 40 pairs in each of 4 rounds, and
  // of 40 validation pairs after each epoch and after every fifth step.
  const [steps, answers] = [3 + 3 + 3 + 6, 4 * 760 + 80 * (4 * 3 + 1 + 1 + 1 + 2)];
  const { seconds, trial } = (sweep['total'] as { estimate: Extract<CostEstimate, { seconds: number }> }).estimate;
  const one = trial.startSeconds + steps * trial.secondsPerStep + answers * trial.secondsPerAnswer;
  expect(seconds).toBeCloseTo(3 * one, 9);
  expect(Math.min(...Object.values(trial))).toBeGreaterThan(0);
  expect(readdirSync(scratch.path)).toEqual(before);
});

test('--save-rates keeps what was measured, and --rates tells another machine’s hours by it', async () => {
  const dryRun = (...args: string[]) => inScratch('sweep', '-c', config, 'seed=1..2', '--dry-run', ...args);
  const saved = await dryRun('--save-rates', 'rates.json');
  expect(saved).toMatchObject({ status: 0, stderr: '' });
  const rates = JSON.parse(readFileSync(join(scratch.path, 'rates.json'), 'utf8')) as Rates;
  const edited = { ...rates, machine: { ...rates.machine, host: 'node7', device: 'NVIDIA H200' } };
  writeFileSync(join(scratch.path, 'node7.json'), JSON.stringify(edited));
  const day = rates.date.slice(0, 10);
  const { status, stdout } = await dryRun('--rates', 'node7.json');
  expect(status).toBe(0);
  expect(stdout).toContain(`by the rates of node7 (NVIDIA H200, torch ${rates.machine.torch}) of ${day} (`);
  const [, one] = stdout.split('\n');
  expect(one).toMatch(/^runs\/tiny\/s1 +batch-entropy +1 +4 +40 +\d+ s +\d+ MiB +0\.\d MiB$/);
  expect(documentOf(await dryRun('--rates', 'node7.json', '--json'))).toMatchObject({
    cells: [{ estimate: { seconds: expect.any(Number) }, disk: { keptMiB: expect.any(Number) } }, {}],
    total: { estimate: { rates: { machine: { host: 'node7' } } }, absent: [] },
  });
  rmSync(join(scratch.path, 'rates.json'));
  rmSync(join(scratch.path, 'node7.json'));
});

test('--rates and --save-rates are refused where they say nothing', async () => {
  const refused = (...args: string[]) =>
    callCommand({ register }, ['-c', config, ...args]).then(
      () => '',
      (error: Error) => `error: ${error.message}`,
    );
  expect(await refused('--rates', 'x.json')).toBe('error: Cannot use --rates: a run is timed by itself; add --dry-run');
  expect(await refused('--dry-run', '--rates', 'x', '--save-rates', 'y')).toBe(
    'error: Cannot use --save-rates: with --rates nothing is measured here; give one of the two',
  );
  expect(await refused('--dry-run', '--rates', 'x.json')).toMatch(
    /^error: Cannot read rates 'x\.json': there is no such file/,
  );
  const own = ['posterior.type=external', `posterior.module=${join(ROOT, 'examples/own-model/two_heads.py')}:TwoHeads`];
  expect(await refused('--dry-run', '--save-rates', 'x.json', ...own)).toBe(
    "error: Cannot save rates to 'x.json': no trial was made (posterior.type external can be timed by its own runs only); give a configuration that can be tried here",
  );
  expect(existsSync('x.json')).toBe(false);
});

describe('balpm run', () => {
  let first: Called;
  beforeAll(async () => {
    first = await inScratch('run', '-c', config, '--id', 'first', '--json');
  });

  test('prints one document to stdout and a line a round to stderr', () => {
    expect(first.status).toBe(0);
    expect(documentOf(first)).toMatchObject({
      schemaVersion: 1,
      run: 'runs/first',
      status: 'done',
      rounds: 4,
      labels: 40,
      metrics: { test: { logLikelihood: expect.any(Number) }, ood: { accuracy: expect.any(Number) } },
    });
    expect(first.stderr.split('\n').filter((line) => /^first round \d {2}labels \d+ /.test(line))).toHaveLength(4);
  });

  test('refuses an id that is there and leaves the run as it is', async () => {
    const before = (await inScratch('runs', 'digest', 'first')).stdout;
    const again = await inScratch('run', '-c', config, '--id', 'first');
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toMatch(/^error: Cannot start run 'first': .* exists; give a new id, or --or-resume$/);
    expect((await inScratch('runs', 'digest', 'first')).stdout).toBe(before);
  });

  test('--or-resume takes a finished run as it is', async () => {
    const again = await inScratch('run', '-c', config, '--id', 'first', '--or-resume', '--json');
    expect(documentOf(again)).toEqual(documentOf(first));
  });

  test('without --json prints the run directory alone to stdout', async () => {
    const { status, stdout } = await inScratch('resume', 'runs/first');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'runs/first' });
  });

  test('is found, shown and fingerprinted by balpm runs', async () => {
    const digest = (await inScratch('runs', 'digest', 'first')).stdout;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(documentOf(await inScratch('runs', 'ls', '--json'))).toMatchObject({
      runs: [{ id: 'first', status: 'done', rounds: 4, labels: 40, digest }],
    });
    const shown = (await inScratch('runs', 'show', 'first')).stdout;
    expect(shown).toContain(`digest  ${digest}`);
    expect(shown).toMatch(/^round +labels +validation loglik/m);
  });

  test('times the plan of the next run', async () => {
    const { stdout } = await inScratch('run', '-c', config, '--dry-run', 'seed=10');
    expect(stdout).toMatch(/^ {2}cost {4}about \d+ s \(median of earlier runs\)$/m);
  });

  test('made a world that data check and features show accept', async () => {
    const cache = join(scratch.path, 'runs', '.cache');
    const world = join(cache, readdirSync(cache).find((name) => name.startsWith('synthetic-')) ?? 'none');
    const checked = await inScratch('data', 'check', world, '--json');
    expect(documentOf(checked)).toMatchObject({ schemaVersion: 1, dataset: world });
    const shown = await inScratch('features', 'show', join(world, 'features'), '--json');
    expect(documentOf(shown)).toMatchObject({ kind: 'balpm-features', features: { responses: [760, 16] } });
    expect(existsSync(join(world, 'features', 'features.safetensors'))).toBe(true);
  });
});
