import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStoreManifest } from '../../../src/features/store/store.ts';
import { digestEvents } from '../../../src/ledger/digest.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';
import { runPaths } from '../../../src/ledger/run-directory.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../data/fixtures.ts';
import { writePublished } from '../../features/import/feature-columns.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

const scratch = makeScratch();
const at = (...parts: string[]): string => join(scratch.path, ...parts);
const script = (name: string): string => join(ROOT, 'slurm', `${name}.sbatch`);
const python = resolvePython();
const BASE = { PATH: process.env['PATH'] ?? '', HOME: scratch.path, BALPM_PYTHON: python, BALPM_HOME: ROOT };

/** Keys that shrink a recipe onto a small world. */
const small = (...more: readonly string[]): string[] => [
  'data.dataset=tiny',
  'data.store=tiny/features',
  'splits.poolSize=null',
  'acquisition.initial=12',
  'posterior.head.layers=[8,4]',
  'posterior.training.epochs=1',
  ...more,
];
const SHORT = small('rounds=2', 'acquisition.batch=6');

/** Runs a script without Slurm, as `bash FILE` does. */
const plain = (name: string, args: readonly string[], env: Record<string, string> = {}, cwd = scratch.path) =>
  execa('bash', [script(name), ...args], {
    cwd,
    env: { ...BASE, ...env },
    extendEnv: false,
    reject: false,
  });

const digestOf = (...run: string[]): string => digestEvents(readLedger(runPaths(at(...run))));

/** Names and contents of all files below, as one hash. */
function bytesOf(directory: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(relative(directory, file)).update(readFileSync(file));
  return hash.digest('hex');
}

beforeAll(async () => {
  await writeTinyStores(scratch.path);
});
afterAll(scratch.remove);

describe('without Slurm', () => {
  test('an experiment is the sweep of its recipe, and is passed over once it is done', async () => {
    const first = await plain('paper/main', SHORT);
    expect({ status: first.exitCode, stderr: first.stderr }).toMatchObject({ status: 0 });
    expect(readdirSync(at('runs/main')).filter((name) => /-s\d+$/.test(name))).toHaveLength(15);
    const again = await plain('paper/main', SHORT);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toBe('runs/main');
  });

  test('the published code’s preset is another experiment beside it', async () => {
    const env = { BALPM_PRESET: 'reference' };
    expect((await plain('paper/full-data', [...small(), 'rounds=1', 'acquisition.initial=all'], env)).exitCode).toBe(0);
    expect(existsSync(at('runs/full-data-reference/random-s9/DONE'))).toBe(true);
  });

  test.each([
    ['seed=3', {}, "Cannot take 'seed=3': "],
    ['--json', {}, "Cannot take '--json': "],
    ['~splits.poolSize', {}, "Cannot take '~splits.poolSize': "],
    ['rounds=2', { BALPM_PRESET: 'papre' }, "Cannot use BALPM_PRESET 'papre': paper or reference is needed"],
    ['rounds=2', { SLURM_ARRAY_TASK_ID: '15' }, 'Cannot run cell 15: there are 15, from 0'],
  ])('%s with %o is refused', async (word, env, message) => {
    const refused = await plain('paper/main', [word], env);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(message);
  });

  test('the import makes dataset and stores of published tables, and makes nothing twice', async () => {
    const { pairs, prompts } = writePublished(at('published'));
    const env = { BALPM_7B: pairs, BALPM_70B: pairs, BALPM_140B: pairs, BALPM_PROMPTS: prompts };
    mkdirSync(at('import'));
    const bring = (...stores: string[]) => plain('features/import', stores, env, at('import'));
    const first = await bring('tldr-7b', 'tldr-70b');
    expect({ status: first.exitCode, stderr: first.stderr }).toMatchObject({ status: 0 });
    expect(readdirSync(at('import/features')).toSorted()).toEqual(['tldr-70b', 'tldr-7b']);
    const stores = ['tldr-7b', 'tldr-70b'].map((name) => readStoreManifest(at('import/features', name)));
    const [own, other] = await Promise.all(stores);
    expect(other?.features).toEqual(own?.features);
    expect(await bring('tldr-70b')).toMatchObject({ exitCode: 0, stdout: "'features/tldr-70b' is there already" });
    expect(await bring('tldr-8b')).toMatchObject({ exitCode: 2 });
  });

  test('without balpm a script says where it looked', async () => {
    const lost = await execa('bash', ['-s'], {
      input: readFileSync(script('paper/main')),
      cwd: scratch.path,
      env: { PATH: '/usr/bin:/bin' },
      extendEnv: false,
      reject: false,
    });
    expect(lost).toMatchObject({ exitCode: 3 });
    expect(lost.stderr).toMatch(/^Cannot find balpm: /);
  });
});

describe.runIf(slurmOrSkip())('on a real Slurm', { timeout: 500_000 }, () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: 64, memoryMb: 64_000, gpus: 4 });
  });
  afterAll(async () => slurm?.down());

  const call = async (program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> =>
    (await execa(program, args, { cwd: scratch.path, env: { ...BASE, ...slurm.env, ...env }, extendEnv: false }))
      .stdout;
  const submit = (name: string, options: readonly string[], args: readonly string[], env = {}): Promise<string> =>
    call('sbatch', ['--parsable', '--gres=none', '--mem=1G', ...options, script(name), ...args], env);
  const statesOf = async (job: string): Promise<string[]> =>
    (await call('squeue', ['-h', '-r', '-t', 'all', '-j', job, '-o', '%T'])).split('\n');
  /** @throws with the logs when some element ends in another way. */
  async function completed(job: string): Promise<void> {
    const over = (states: string[]): boolean =>
      states.every((state) => ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL'].includes(state));
    await expect.poll(() => statesOf(job), { timeout: 400_000, interval: 200 }).toSatisfy(over);
    const states = await statesOf(job);
    const logs = readdirSync(scratch.path).filter((name) => name.includes(job) && name.endsWith('.out'));
    const text = logs.map((name) => `${name}\n${readFileSync(at(name), 'utf8')}`).join('\n');
    expect(states.every((state) => state === 'COMPLETED') ? '' : text).toBe('');
  }

  test('cells of an array are those of the same script without Slurm', async () => {
    const job = await submit('paper/main', ['--array=0,6,14'], SHORT, { BALPM_RUNS: 'slurm-runs' });
    await completed(job);
    const cells = ['random-s9', 'top-k-s17', 'batch-entropy-s71'];
    expect(readdirSync(at('slurm-runs/main')).filter((name) => !name.startsWith('.'))).toEqual(cells.toSorted());
    expect(cells.map((cell) => digestOf('slurm-runs/main', cell))).toEqual(
      cells.map((cell) => digestOf('runs/main', cell)),
    );
  });

  test('a cell that Slurm warns puts itself back, and itself alone, and ends as if nothing had been', async () => {
    const long = small('rounds=40', 'acquisition.batch=1');
    const job = await submit('paper/study-beta', ['--array=4,7'], long, { BALPM_RUNS: 'warned' });
    const events = at('warned/study-beta/batch-entropy-beta-0.01-s9/events.jsonl');
    const rounds = (): number =>
      existsSync(events) ? (readFileSync(events, 'utf8').match(/"round\.measured"/g) ?? []).length : 0;
    await expect.poll(rounds, { timeout: 200_000, interval: 50 }).toBeGreaterThan(2);
    await call('scancel', ['-b', '-s', 'USR2', `${job}_7`]);
    await completed(job);
    expect(await call('scontrol', ['show', 'job', `${job}_7`])).toContain(' Restarts=1 ');
    expect(await call('scontrol', ['show', 'job', `${job}_4`])).toContain(' Restarts=0 ');
    expect(readFileSync(at(`balpm-study-beta-${job}_7.out`), 'utf8')).toContain('SIGUSR2: stopping after this step');
    const recipe = join(ROOT, 'configs/paper/study-beta.yaml');
    const cell = ['policy=batch-entropy', 'batch-entropy.beta=0.01', 'name=batch-entropy-beta-0.01'];
    const keys = [...long, 'output.dir=.', 'seed=9', ...cell.map((key) => `acquisition.${key}`)];
    const { status } = await balpm(['run', '-c', recipe, '--id', 'whole', ...keys], {
      cwd: scratch.path,
      env: { BALPM_PYTHON: python },
    });
    expect(status).toBe(0);
    expect(digestOf('warned/study-beta/batch-entropy-beta-0.01-s9')).toBe(digestOf('whole'));
  });

  test('shards and their merge make the store that the same script makes without Slurm', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => ({
      prompt: `what is number ${Math.floor(index / 3)} of these questions`,
      response_a: `it is ${index}`,
      response_b: `answer ${index % 11} of them`,
      preferred: 'a',
    }));
    mkdirSync(at('texts'));
    await balpm(['data', 'import', writeRows(at('texts/train.jsonl'), rows), '--split', 'train', '--out', at('pairs')]);
    execFileSync(python, [join(ROOT, 'test/features/save-tiny-llama.py'), at('model')], { stdio: 'ignore' });
    const env = { BALPM_DATASET: 'pairs', BALPM_MODEL: 'model', BALPM_SHARD_COUNT: '2' };
    const options = ['--device', 'cpu', '--dtype', 'float32', '--max-tokens', '64', '--token-budget', '128'];
    const args = [...options, '--threads', '1', '--part-tokens', '600'];
    const whole = await plain('features/extract-7b', [...args, '--no-quality'], { ...env, BALPM_STORE: 'whole-7b' });
    expect({ status: whole.exitCode, stderr: whole.stderr }).toMatchObject({ status: 0 });
    const shards = await submit('features/extract-7b', ['--array=1-2'], args, env);
    const merge = await submit('features/merge-7b', [`--dependency=afterany:${shards}`], ['--no-quality'], env);
    await completed(shards);
    await completed(merge);
    expect(bytesOf(at('features/own-7b'))).toBe(bytesOf(at('whole-7b')));
    const again = await plain('features/merge-7b', [], env);
    expect(again).toMatchObject({ exitCode: 0, stdout: "'features/own-7b' is there already" });
  });
});
