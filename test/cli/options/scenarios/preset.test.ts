import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { balpm, makeScratch } from '../../../support/balpm.ts';
import { writeTinyConfig } from '../../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
/** The tiny configuration without a word on policy and kind of posterior. */
const config = join(scratch.path, 'silent.yaml');
/** The same without any posterior. */
const bare = join(scratch.path, 'bare.yaml');
const inScratch = (...args: string[]) => balpm(args, { cwd: scratch.path });
const textOf = (...parts: string[]): string => readFileSync(join(scratch.path, 'runs', ...parts), 'utf8');
beforeAll(() => {
  const tiny = readFileSync(writeTinyConfig(scratch.path), 'utf8');
  const silent = tiny.replace('policy: batch-entropy, ', '').replace('  type: deep-ensemble\n', '');
  writeFileSync(config, silent);
  writeFileSync(bare, silent.replace(/posterior:\n( .*\n)+/, ''));
});

const DEFAULTS =
  /^(\w+): policy \S+ on posterior \S+, the defaults \(.*docs\/decisions\/default-policy\.md.*--preset paper/m;
const OF_PRESET = 'policy batch-entropy on posterior deep-ensemble, of preset paper';

describe('balpm run says at the start what policy and posterior are, and why', () => {
  test('on stderr alone, the same when it is resumed and when nobody knows any more', async () => {
    const short = ['run', '-c', bare, '--id', 'plain', 'rounds=2', '--json'];
    const run = await inScratch(...short);
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(DEFAULTS);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: 'done' });
    expect(run.stdout).not.toContain('the defaults');
    expect(textOf('plain', 'events.jsonl')).not.toContain('the defaults');
  });

  test('of a run that waits for labels at every resume', async () => {
    const waiting = await inScratch('run', '-c', bare, '--id', 'people', 'oracle.type=file');
    expect(waiting.status).toBe(6);
    const [, sentence] = /^people: (policy .*)$/m.exec(waiting.stderr) ?? [];
    expect(waiting.stderr).toMatch(DEFAULTS);
    expect((await inScratch('resume', 'people')).stderr).toContain(`people: ${sentence}`);
    rmSync(join(scratch.path, 'runs/people/method.json')); // as in a run of an earlier version
    expect((await inScratch('resume', 'people')).stderr).toMatch(/^people: policy \S+ on posterior \S+$/m);
    writeFileSync(join(scratch.path, 'runs/people/method.json'), '{"policy":');
    expect((await inScratch('resume', 'people')).stderr).toMatch(/^people: policy \S+ on posterior \S+$/m);
  });

  test('of every run of a sweep', async () => {
    const { stderr } = await inScratch(
      'sweep',
      '-c',
      bare,
      'acquisition.policy=random,top-k',
      'rounds=1',
      '--jobs',
      '1',
    );
    expect(stderr).toMatch(/^random-s9: policy random, as configured, on posterior \S+, the default$/m);
    expect(stderr).toMatch(/^top-k-s9: policy top-k, as configured, on posterior \S+, the default$/m);
  });
});

describe('--preset', () => {
  test('stands in the run’s configuration, its first line and its notes', async () => {
    const run = await inScratch('run', '-c', config, '--id', 'preset', '--preset', 'paper', 'rounds=2');
    expect(run).toMatchObject({ status: 0, stdout: 'runs/preset' });
    expect(run.stderr).toContain(`preset: ${OF_PRESET}`);
    const [line, ...rest] = textOf('preset', 'config.yaml').split('\n');
    expect(line).toMatch(/^# --preset paper: acquisition\.policy, .*posterior\.type, .*posterior\.training\.beta1, /);
    expect(rest.join('\n')).toBe(readFileSync(config, 'utf8'));
    expect(textOf('preset', 'config.resolved.yaml')).toContain('policy: batch-entropy');
  });

  test('stands in the plan of a run and of a sweep', async () => {
    const run = await inScratch('run', '-c', config, '--id', 'planned', '--preset', 'paper', '--dry-run');
    expect(run.stdout).toContain(`\n  method  ${OF_PRESET}\n  preset  paper: acquisition.policy, `);
    const sweep = await inScratch('sweep', '-c', config, '--preset', 'reference', 'seed=1,2', '--dry-run', '--json');
    expect(JSON.parse(sweep.stdout)).toMatchObject({
      preset: { name: 'reference', keys: expect.arrayContaining(['validation']) },
      total: { validationLabels: 0 },
    });
  });

  test('is one that there is', async () => {
    const { status, stderr } = await inScratch('run', '-c', config, '--preset', 'papr');
    expect(status).toBe(2);
    expect(stderr).toContain('Allowed choices are paper, reference.');
  });

  test('is shown by config show', async () => {
    const { stdout } = await inScratch('config', 'show', '-c', config, '--preset', 'reference', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ config: { validation: { charged: false } } });
  });

  test('lies below the cells that slurm submit freezes', async () => {
    const grid = ['seed=1,2', '--id', 'frozen', '--preset', 'reference', '--dry-run', '--no-check'];
    const { status, stderr } = await inScratch('slurm', 'submit', '-c', config, ...grid);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('preset reference: ') });
    const refused = await inScratch('slurm', 'submit', '--extract', 'd', '--preset', 'paper');
    expect(refused.stderr).toContain('Cannot use --preset with --extract');
  });
});
