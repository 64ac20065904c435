import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { Attempt } from '../../../src/slurm/campaign/attempts.ts';
import type { UnitResult } from '../../../src/slurm/campaign/results.ts';
import { balpm, type Called } from '../balpm.ts';
import { readWhole } from './read-whole.ts';
import type { Slurm } from './start-slurm.ts';

/** A user of a cluster: her directory, her commands, and what the jobs of a campaign have left on the disk. */
export interface ClusterLab {
  readonly balpm: (...args: string[]) => Promise<Called>;
  /** Runs a command of Slurm and gives what it prints. */
  readonly ask: (...words: string[]) => Promise<string>;
  /** How often balpm has asked `squeue` so far. */
  readonly squeueCalls: () => number;
  readonly attempts: (campaign: string) => Attempt[];
  /** Attempts that have not said how they ended, whose process lives. */
  readonly running: (campaign: string) => Attempt[];
  readonly results: (campaign: string) => UnitResult[];
  /** Polls until a condition on the disk holds. */
  readonly until: (what: string, holds: () => unknown) => Promise<void>;
}

/** Opens a lab; `squeue` is a program that counts its calls and then is the real one. */
export function openClusterLab(slurm: Slurm, directory: string): ClusterLab {
  const bin = join(directory, 'bin');
  const calls = join(directory, 'squeue.calls');
  mkdirSync(bin, { recursive: true });
  writeFileSync(calls, '');
  writeFileSync(join(bin, 'squeue'), `#!/bin/bash\necho "$*" >> '${calls}'\nexec /usr/bin/squeue "$@"\n`);
  chmodSync(join(bin, 'squeue'), 0o755);
  const env = { ...slurm.env, PATH: `${bin}:${slurm.env['PATH']}` };
  const read = <Value>(campaign: string, folder: string): Value[] => {
    const at = join(campaign, 'slurm', folder);
    const names = existsSync(at) ? readdirSync(at).filter((name) => name.endsWith('.json')) : [];
    return names.flatMap((name) => readWhole<Value>(join(at, name)));
  };
  const attempts = (campaign: string): Attempt[] => read(campaign, 'attempts');
  return {
    balpm: (...args) => balpm(args, { cwd: directory, env }),
    ask: async (program = '', ...args) => (await execa(program, args, { env: slurm.env, cwd: directory })).stdout,
    squeueCalls: () => readFileSync(calls, 'utf8').split('\n').length - 1,
    attempts,
    running: (campaign) => attempts(campaign).filter(({ ended, pid }) => ended === null && isAlive(pid)),
    results: (campaign) => read(campaign, 'results'),
    until: async (what, holds) => {
      await expect.poll(holds, { timeout: 120_000, interval: 50, message: what }).toBeTruthy();
    },
  };
}

/** A process that has ended and that nobody has asked for yet works on nothing. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
