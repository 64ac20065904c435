import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import { shellWord } from '../submission/shell-word.ts';
import { listSubmissions, readSubmission, submissionPaths } from '../submission/submission.ts';
import { type Attempt, listAttempts, readAttempt } from './attempts.ts';
import type { Campaign } from './campaign.ts';
import { type CutLog, cutLog } from './cut-log.ts';

/** Where an attempt at a unit has written what it said. */
export interface UnitLog {
  readonly unit: string;
  /** Its number, from 1, over all submissions; and how many there are. */
  readonly number: number;
  readonly count: number;
  readonly path: string;
  /** As it stands now. */
  readonly attempt: () => Attempt;
  /** Its part of the log; null while the log is not there, or does not have it. */
  readonly read: (isOver: boolean) => CutLog | null;
}

/**
 * The log of an attempt, the last unless told otherwise.
 * @throws BalpmError (usage) for a unit or an attempt that is not there, (environment) when no job has begun the unit.
 */
export async function findUnitLog(campaign: Campaign, unit: string, number?: number): Promise<UnitLog> {
  const { paths, units } = campaign;
  const ids = units.map(({ id }) => id);
  if (!ids.includes(unit)) throw unknownUnit(campaign, unit, ids);
  const files = listAttempts(paths.attempts).get(unit) ?? [];
  if (files.length === 0) throw await neverBegun(campaign, unit);
  const file = files[(number ?? files.length) - 1];
  if (file === undefined) throw unknownAttempt(unit, number ?? 0, files.length);
  const first = readAttempt(file);
  const path = join(submissionPaths(paths, file.submission).logs, `${first.job}.out`);
  const others = await otherUnits(campaign, first);
  return {
    unit,
    number: files.indexOf(file) + 1,
    count: files.length,
    path,
    attempt: () => readAttempt(file),
    read: (isOver) =>
      existsSync(path) ? cutLog(wholeLines(path), { restart: first.restart, unit, others, isOver }) : null,
  };
}

/** A line that is being written is left for the next time. */
function wholeLines(path: string): string {
  const text = readFileSync(path, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

async function otherUnits({ paths }: Campaign, { submission, chunk, task, unit }: Attempt): Promise<string[]> {
  const { plan } = await readSubmission(paths, submission);
  return (plan.chunks[chunk]?.tasks[task] ?? []).filter((id) => id !== unit);
}

const unknownUnit = ({ paths }: Campaign, unit: string, ids: readonly string[]) =>
  usageError(
    `Cannot show the log of '${unit}': campaign ${quotePath(paths.root)} has no such unit${suggestion(unit, ids)}; \`balpm slurm status ${shellWord(paths.root)} --json\` lists them`,
  );

const unknownAttempt = (unit: string, number: number, count: number) =>
  usageError(`Cannot show attempt ${number} at '${unit}': there are ${count}; give a number from 1 to ${count}`);

/** A job may end before it begins anything: its log tells why, if it has one. */
async function neverBegun({ paths }: Campaign, unit: string) {
  const logs = (await Promise.all(listSubmissions(paths).map((number) => logOfJob(paths, unit, number)))).flat();
  const last = logs.at(-1);
  if (last === undefined)
    return environmentError(`Cannot show the log of '${unit}': it has not been handed in; balpm slurm submit does it`);
  if (existsSync(last))
    return environmentError(
      `Cannot show the log of '${unit}': its job has not begun it; look into ${quotePath(last)} for what the job said before`,
    );
  return environmentError(
    `Cannot show the log of '${unit}': there is no ${quotePath(last)}; when the job is not waiting any more (balpm slurm status), it could not write there: look whether that directory is seen by the nodes (Slurm says JobLaunchFailure, exit code 0:53; balpm slurm doctor tests it)`,
  );
}

async function logOfJob(paths: Campaign['paths'], unit: string, number: string): Promise<string[]> {
  const { plan, receipt } = await readSubmission(paths, number);
  return plan.chunks.flatMap(({ tasks }, chunk) => {
    const task = tasks.findIndex((ids) => ids.includes(unit));
    const job = receipt.jobs[chunk];
    if (task === -1 || !job) return [];
    const names = [`${job}_${task}.out`, `${job}.out`].map((name) => join(submissionPaths(paths, number).logs, name));
    return [names.find((name) => existsSync(name)) ?? (names[0] as string)];
  });
}
