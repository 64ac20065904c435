/**
 * Memory of the orchestrator and wall time of its rounds at 92,000 items: a whole `balpm run` of three rounds of
 * BAL-PM (initial set and batches of 320, k 13) on a synthetic pool, the peak resident size read while it runs.
 * Build first (`npm run build`), then `npx tsx bench/orchestrator.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunRecord } from '../src/ledger/read-run-record.ts';

const GOAL_MB = 300;
const directory = mkdtempSync(join(tmpdir(), 'balpm-orchestrator-'));
const config = join(directory, 'config.yaml');
writeFileSync(
  config,
  `name: large
rounds: 3
data:
  type: synthetic
  world: { kind: clustered, prompts: 18000, clusters: 200, promptDimension: 8, answerDimension: 8, sizes: { train: 92000, validation: 400, test: 2000, ood: 0 } }
acquisition: { policy: batch-entropy }
posterior: { type: deep-ensemble, members: 5, head: { layers: [64, 32], init: xavier_normal }, training: { lr: 3e-3, epochs: 2 } }
output: { dir: ${JSON.stringify(directory)} }
`,
);

/** Peak resident size of a process in MB (VmHWM), 0 when it is gone. */
function peakMegabytes(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

/** Runs the command line and returns the peak of its own process. */
function runAndWatch(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['dist/main.js', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMegabytes(child.pid as number));
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('exit', (status) => {
      clearInterval(watch);
      if (status === 0) resolve(peak);
      else reject(new Error(`balpm ended with status ${status}`));
    });
  });
}

try {
  // The world is made by a run of its own: making it is not what is measured.
  await runAndWatch(['run', '-c', config, '--id', 'warm-up', 'rounds=1', 'acquisition.policy=random']);
  const peak = await runAndWatch(['run', '-c', config, '--id', 'measured']);
  const { rounds } = await readRunRecord(join(directory, 'measured'));
  console.log(`processor: ${cpus()[0]?.model}`);
  console.log(`orchestrator at 92,000 items, 18,000 prompts: peak ${peak.toFixed(0)} MB (goal at most ${GOAL_MB} MB)`);
  console.log(
    `rounds: ${rounds.map(({ seconds }) => `${seconds?.toFixed(1)} s`).join(', ')} for training and measuring`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
