// How a cluster's commands scale, on a real Slurm of this host and on stubs: `npx tsx bench/slurm.ts [submit|large|packing]`.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Attempt } from '../src/slurm/campaign/attempts.ts';
import { listAttempts, readAttempt } from '../src/slurm/campaign/attempts.ts';
import { listStandings } from '../src/slurm/campaign/results.ts';
import { startSlurm } from '../test/support/slurm/start-slurm.ts';
import { writeTinyConfig } from '../test/support/tiny-config.ts';

const ROOT = join(fileURLToPath(import.meta.url), '../..');
const MAIN = join(ROOT, 'dist/main.js');
const directory = mkdtempSync(join(tmpdir(), 'balpm-bench-'));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly stdout: string;
}

/** Runs balpm and measures it as `time` does. */
function balpm(args: readonly string[], env: Readonly<Record<string, string>>): Measured {
  const begun = performance.now();
  const words = ['-f', '%U %S %M', process.execPath, MAIN, ...args];
  const { stdout, stderr, status } = spawnSync('/usr/bin/time', words, {
    cwd: directory,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const [user, system, peak] = last.split(' ').map(Number) as [number, number, number];
  if (![0, 75].includes(status ?? -1))
    throw new Error(`balpm ${args.slice(0, 2).join(' ')}: status ${status}\n${stderr}`);
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: user + system, peakMb: peak / 1024, stdout };
}

const tell = (what: string, { seconds, cpuSeconds, peakMb }: Measured): void =>
  say(`${what}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${peakMb.toFixed(0)} MB`);

/** Programs of Slurm's names that count their calls; without a real one behind them they answer what is given. */
function wrap(answers: Readonly<Record<string, string>>, isReal: boolean): { path: string; calls: () => string[] } {
  const bin = join(directory, `bin-${isReal ? 'real' : 'stub'}`);
  const calls = join(directory, 'calls');
  mkdirSync(bin, { recursive: true });
  for (const name of ['sbatch', 'squeue', 'scontrol', 'scancel', 'sacct']) {
    const then = isReal ? `exec /usr/bin/${name} "$@"` : (answers[name] ?? '');
    writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> '${calls}'\n${then}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(calls, '');
  return {
    path: bin,
    calls: () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

/** 1,000 cells, 50 a job, on a real Slurm. */
async function submit(): Promise<void> {
  const slurm = await startSlurm({ nodes: 2, cpus: 64, memoryMb: 64_000 });
  try {
    const config = writeTinyConfig(directory);
    const { path, calls } = wrap({}, true);
    const env = { ...slurm.env, PATH: `${path}:${slurm.env['PATH']}` };
    const job = ['--job', 'tasksPerJob=50', '--job', 'memGb=60'];
    const grid = ['-c', config, 'acquisition.policy=random,top-k', 'seed=1..500', '--id', 'thousand'];
    tell('submit 1,000 cells', balpm(['slurm', 'submit', ...grid, ...job, '--', '--hold'], env));
    say(
      `  calls: ${calls()
        .map((line) => line.split(' ', 3).join(' '))
        .join(', ')}`,
    );
    tell('status of 1,000 cells', balpm(['slurm', 'status', join(directory, 'runs/thousand')], env));
  } finally {
    await slurm.down();
  }
}

/** 10,000 cells with programs in the place of Slurm. */
function large(): void {
  const config = writeTinyConfig(directory);
  const answers = {
    scontrol: "echo 'MaxArraySize = 1001'",
    sbatch: 'case "$*" in *--test-only*) exit 0;; esac; name="${@: -1}"; n="${name##*/}"; echo $((100 + ${n%.sbatch}))',
    squeue:
      'for a in 0 1 2 3 4 5 6 7 8 9; do for ((i = 0; i < 1001; i++)); do echo "$((100 + a))|$i|PENDING|Priority||x"; done; done',
  };
  const { path } = wrap(answers, false);
  const env = { PATH: `${path}:${process.env['PATH']}` };
  const grid = ['-c', config, 'acquisition.policy=random,top-k', 'seed=1..5000', '--id', 'large'];
  tell('submit --dry-run of 10,000 cells', balpm(['slurm', 'submit', ...grid, '--dry-run', '--no-check'], env));
  tell('submit of 10,000 cells (stubs)', balpm(['slurm', 'submit', ...grid, '--no-check'], env));
  tell('status of 10,000 cells (stubs)', balpm(['slurm', 'status', join(directory, 'runs/large')], env));
}

/** Fifty cells of the quickstart's size on two cores: a job each, all in one job, and a sweep. */
async function packing(): Promise<void> {
  const slurm = await startSlurm({ nodes: 1, cpus: 2, memoryMb: 64_000 });
  try {
    const env = { ...slurm.env };
    const grid = [
      '-c',
      join(ROOT, 'configs/examples/clustered-ensemble.yaml'),
      'acquisition.policy=batch-entropy',
      'seed=1..50',
    ];
    const one = ['--job', 'tasksPerJob=50', '--job', 'cpus=2', '--job', 'memGb=4'];
    balpm(['run', '-c', join(ROOT, 'configs/examples/clustered-ensemble.yaml'), 'rounds=1', '--id', 'warm-up'], env); // the world is made once
    const packed = await workedSeconds('packed', [...grid, ...one], env);
    const apart = await workedSeconds('apart', [...grid, '--job', 'memGb=1'], env);
    const sweep = balpm(['sweep', ...grid, '--id', 'sweep', '--jobs', '1'], env);
    say(
      `50 cells in one job on two cores ${packed.toFixed(1)} s, in 50 jobs ${apart.toFixed(1)} s: ${(apart / packed).toFixed(2)}x`,
    );
    say(`sweep --jobs 1: ${sweep.seconds.toFixed(1)} s: ${(sweep.seconds / packed).toFixed(2)}x`);
  } finally {
    await slurm.down();
  }
}

/** Submits and waits; the time in which at least one job ran: what the scheduler lets pass between jobs does not count. */
async function workedSeconds(id: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  balpm(['slurm', 'submit', ...args, '--id', id], env);
  const campaign = join(directory, 'runs', id, 'slurm');
  while ([...listStandings(join(campaign, 'results')).values()].filter((standing) => standing === 'done').length < 50)
    await setTimeout(500);
  await setTimeout(2000);
  const text = spawnSync('bash', ['-c', `cat ${join(campaign, 'submissions')}/*/logs/*`], { encoding: 'utf8' }).stdout;
  const attempts = [...listAttempts(join(campaign, 'attempts')).values()].flat().map(readAttempt);
  return union(spansOf(text, attempts));
}

type Span = readonly [begin: number, end: number];

/** From the first line of a job's log (its shell) to the end of its last cell. */
function spansOf(logs: string, attempts: readonly Attempt[]): Span[] {
  const begun = new Map<string, number>();
  for (const [, time = '', job = ''] of logs.matchAll(/^balpm: (\S+) job=(\S+)/gm)) begun.set(job, Date.parse(time));
  const ended = new Map<string, number>();
  for (const { job, ended: end } of attempts) ended.set(job, Math.max(ended.get(job) ?? 0, Date.parse(end ?? '')));
  return [...begun].map(([job, time]) => [time, ended.get(job) ?? time]);
}

/** Seconds in which at least one of the spans lies. */
function union(spans: readonly Span[]): number {
  let [total, until] = [0, 0];
  for (const [begin, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    total += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return total / 1000;
}

const asked = process.argv.slice(2);
const isAsked = (name: string): boolean => asked.length === 0 || asked.includes(name);
try {
  if (isAsked('submit')) await submit();
  if (isAsked('large')) large();
  if (isAsked('packing')) await packing();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
