import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Attempt } from '../../../src/slurm/campaign/attempts.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { writeRows } from '../../data/fixtures.ts';
import { balpm, type Called, makeScratch, ROOT } from '../../support/balpm.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';

const SHARDS = 8;
const DEADLINE = { timeout: 150_000, interval: 50 };

describe.runIf(slurmOrSkip())('balpm slurm submit --extract on a real Slurm', () => {
  const scratch = makeScratch();
  const at = (...names: string[]): string => join(scratch.path, ...names);
  const python = resolvePython();
  let slurm: Slurm;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: SHARDS / 2 });
    const rows = Array.from({ length: 200 }, (_, index) => ({
      prompt: `what is number ${Math.floor(index / 3)} of these ${'many '.repeat(index % 5)}questions`,
      response_a: `it is ${index}`,
      response_b: `answer ${index % 11} of them`,
      preferred: 'a',
    }));
    await succeed('data', 'import', writeRows(at('rows.jsonl'), rows), '--split', 'train', '--out', 'pairs');
    execFileSync(python, [join(ROOT, 'test/features/save-tiny-llama.py'), at('model')], { stdio: 'ignore' });
    writeFileSync(at('site.yaml'), 'job: {cpus: 1, memGb: 0.5, minutes: 30}\n');
    await succeed('features', 'extract', 'pairs', ...SETTINGS, '--no-quality', '--out', 'alone');
  });
  afterAll(async () => {
    await slurm?.down();
    scratch.remove();
  });

  const SETTINGS = '--model model --max-tokens 64 --token-budget 128 --part-tokens 40 --device cpu --threads 1'.split(
    ' ',
  );
  const call = (args: readonly string[]) =>
    balpm(args, { cwd: scratch.path, env: { ...slurm.env, BALPM_PYTHON: python } });
  async function succeed(...args: string[]): Promise<Called> {
    const called = await call(args);
    expect(called).toMatchObject({ status: 0 });
    return called;
  }
  const SUBMIT = ['slurm', 'submit', '--profile', 'site.yaml', '--no-check'];
  const submit = (out: string) =>
    succeed(...SUBMIT, '--extract', 'pairs', ...SETTINGS, '--shards', String(SHARDS), '--out', out);
  const results = (out: string): string[] => readdirSync(at(`${out}.slurm`, 'slurm/results'));
  const attemptsIn = (out: string): string[] =>
    readdirSync(at(`${out}.slurm`, 'slurm/attempts'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => at(`${out}.slurm`, 'slurm/attempts', name));
  const readAttempts = (out: string): Attempt[] =>
    attemptsIn(out).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Attempt);
  /** Shards that a node works on now. */
  const atWork = (out: string, host: string): Attempt[] =>
    readAttempts(out).filter((attempt) => attempt.host === host && attempt.ended === null && attempt.unit !== 'merge');
  const until = (isReached: () => boolean) => vi.waitUntil(isReached, DEADLINE);
  /** The status looks at the clock for what ended without a word: as if some minutes had gone by. */
  function makeOld(out: string): void {
    const before = new Date(Date.now() - 600_000);
    const submissions = at(`${out}.slurm`, 'slurm/submissions');
    for (const path of [
      ...attemptsIn(out),
      ...readdirSync(submissions).map((name) => join(submissions, name, 'receipt.json')),
    ])
      utimesSync(path, before, before);
  }
  function expectSameStore(out: string): void {
    for (const name of readdirSync(at('alone')))
      expect(readFileSync(at(out, name)).equals(readFileSync(at('alone', name))), name).toBe(true);
  }

  /** Waits until a shard has some parts, or is over, and signals its job; a job that is over hears nothing. */
  async function strike(out: string, { unit, pid }: Attempt, signal: NodeJS.Signals, parts: number): Promise<void> {
    const shard = at(`${out}.slurm`, 'shards', `0${unit.slice('shard-'.length)}-of-0000${SHARDS}`);
    const isOver = (): boolean => readAttempts(out).some((attempt) => attempt.pid === pid && attempt.ended !== null);
    await vi.waitUntil(() => partsIn(shard) >= parts || isOver(), { ...DEADLINE, interval: 5 });
    if (!isOver()) process.kill(pid, signal);
  }

  it('makes the store of one machine whatever is killed, and names what is missing until then', async () => {
    await submit('hit');
    expect((await submit('hit')).stderr).toContain('nothing to submit');
    await until(() => atWork('hit', 'n1').length === SHARDS / 2 && atWork('hit', 'n2').length === SHARDS / 2);
    const [warned, first, second] = atWork('hit', 'n1') as [Attempt, Attempt, Attempt];
    const [other] = atWork('hit', 'n2') as [Attempt];
    const instants = [instant(), instant(), instant()] as const;
    await Promise.all([
      strike('hit', first, 'SIGKILL', 0),
      strike('hit', second, 'SIGKILL', instants[0]),
      strike('hit', warned, 'SIGUSR2', instants[1]),
      strike('hit', other, 'SIGKILL', instants[2]).then(() => slurm.failNode('n2')),
    ]);
    await slurm.recoverNode('n2');
    await until(() => results('hit').includes('merge.paused.json'));
    const { message, exitStatus } = JSON.parse(readFileSync(at('hit.slurm/slurm/results/merge.paused.json'), 'utf8'));
    expect(message, `killed after ${instants.join(', ')} parts`).toMatch(
      /^Cannot merge '.*hit': shards? [1-8, ]+ of 8 (is|are) not done; run the same submit command again/,
    );
    expect(message).toMatch(new RegExp(`[ ,]${Number(first.unit.slice(-1))}[ ,]`));
    expect(exitStatus).toBe(75);
    expect(existsSync(at('hit'))).toBe(false);
    makeOld('hit');
    await submit('hit');
    await until(() => results('hit').includes('merge.done.json'));
    expectSameStore('hit');
    expect(existsSync(at('hit/quality.html'))).toBe(true);
    makeOld('hit');
    expect((await submit('hit')).stderr).toContain('nothing to submit');
  }, 400_000);
});

/** How many parts a shard may make before it is struck; of some eight. */
const instant = (): number => Math.floor(Math.random() * 6);

const partsIn = (shard: string): number =>
  existsSync(shard) ? readdirSync(shard).filter((name) => /^part-\d+\.json$/.test(name)).length : 0;
