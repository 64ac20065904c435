import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files/files.ts';
import { readAs } from './campaign.ts';

/** How an attempt ended: by itself, by a signal from Slurm, or because another process works on the unit. */
const ENDINGS = ['done', 'failed', 'timeout', 'preempted', 'terminated', 'waiting', 'fenced'] as const;

const Attempt = z.strictObject({
  schemaVersion: z.literal(1),
  unit: z.string(),
  /** Number of the submission, and index of the job in it. */
  submission: z.string(),
  chunk: z.int(),
  task: z.int(),
  /** Slurm's name of the job, such as 123_4; `none` without Slurm. */
  job: z.string(),
  /** SLURM_RESTART_COUNT. */
  restart: z.int(),
  host: z.string(),
  pid: z.int(),
  begun: z.string(),
  ended: z.string().nullable(),
  ending: z.enum(ENDINGS).nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

/** An attempt's file, found in the directory of attempts. */
export interface AttemptFile {
  readonly unit: string;
  readonly submission: string;
  readonly path: string;
}

const NAME = /^(.+)@(\d+)@(\d+)\.json$/;

/** The attempts at all units, by unit, in order. Reads file names only, because there may be many files. */
export function listAttempts(directory: string): Map<string, AttemptFile[]> {
  const found = new Map<string, AttemptFile[]>();
  for (const name of readdirSync(directory)) {
    const [, unit, submission] = NAME.exec(name) ?? [];
    if (unit === undefined || submission === undefined) continue;
    const files = found.get(unit) ?? [];
    files.push({ unit, submission, path: join(directory, name) });
    found.set(unit, files);
  }
  for (const files of found.values()) files.sort((a, b) => orderOf(a.path).localeCompare(orderOf(b.path)));
  return found;
}

const orderOf = (path: string): string => {
  const [, , submission = '', number = ''] = NAME.exec(path) ?? [];
  return `${submission.padStart(9, '0')}@${number.padStart(9, '0')}`;
};

/** Reads an attempt. @throws BalpmError (data) when the file is damaged. */
export const readAttempt = ({ path }: AttemptFile): Attempt => readAs(Attempt, readFileSync(path, 'utf8'), path);

/** Records the start of an attempt; the returned function records how it ended. Attempts do not lock a unit. */
export function beginAttempt(
  directory: string,
  attempt: Omit<Attempt, 'schemaVersion' | 'ended' | 'ending'>,
): (ending: Exclude<Attempt['ending'], null>) => void {
  const path = freePath(directory, attempt);
  const write = (rest: Pick<Attempt, 'ended' | 'ending'>): void =>
    writeFileAtomic(path, `${JSON.stringify({ schemaVersion: 1, ...attempt, ...rest })}\n`, 0o600);
  write({ ended: null, ending: null });
  return (ending) => write({ ended: new Date().toISOString(), ending });
}

function freePath(directory: string, { unit, submission }: Pick<Attempt, 'unit' | 'submission'>): string {
  for (let number = 1; ; number++) {
    const path = join(directory, `${unit}@${submission}@${number}.json`);
    if (!existsSync(path)) return path;
  }
}
