import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Campaign, writeCampaign } from '../../../src/slurm/campaign/campaign.ts';
import type { Unit } from '../../../src/slurm/campaign/unit.ts';
import { JobShape } from '../../../src/slurm/site/profile.ts';
import { writePlan, writeReceipt } from '../../../src/slurm/submission/submission.ts';

interface MadeSubmission {
  /** Ids of the units of each job of the one array. */
  readonly tasks: readonly (readonly string[])[];
  /** Id of the array; null: its receipt was lost; empty: Slurm refused it. */
  readonly job?: string | null;
  readonly accounting?: boolean;
}

/** A campaign of cells (`c0`, `c1`, …) as `slurm submit` writes it, its runs left out. */
export function makeCampaign(root: string, cells: number, merge = false): Campaign {
  const units = Array.from({ length: cells }, (_value, index): Unit => {
    return { kind: 'cell', id: `c${index}`, overrides: [`seed=${index}`], arm: null, identity: 'a'.repeat(64) };
  });
  const manifest = { id: '0123abcd', name: 'made', version: '0', workdir: '/', config: null, extraction: null };
  return writeCampaign(root, {
    manifest,
    units: merge ? [...units, { kind: 'merge', id: 'merge' }] : units,
    config: null,
  });
}

/** A submission of it, as if Slurm had taken it. */
export function addSubmission(
  { paths }: Campaign,
  number: string,
  { tasks, job = '100', accounting = false }: MadeSubmission,
): void {
  const chunks = [{ tasks: tasks.map((ids) => [...ids]), script: '0.sbatch', job: JobShape.parse({}) }];
  const plan = {
    schemaVersion: 1,
    number,
    time: new Date().toISOString(),
    accounting,
    settleSeconds: 120,
    chunks,
  } as const;
  writePlan(paths, plan, ['']);
  writeReceipt(paths, number, { schemaVersion: 1, jobs: [job], argv: [[]], printed: [''] });
}

/** A line of squeue of a job of the campaign. */
export const queueLine = (task: number, state: string, reason = 'None', job = '100'): string =>
  `${job}|${task}|${state}|${reason}|${state === 'RUNNING' ? 'n1' : ''}|balpm:0123abcd:001:0`;

/** Puts a program of that name into a folder: a script of sh, which notes its arguments in `NAME.calls` beside it. */
export function stubProgram(folder: string, name: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${path}.calls'\n${script}\n`);
  chmodSync(path, 0o755);
}
