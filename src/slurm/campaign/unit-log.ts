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

/** The log of an attempt at a unit. */
export interface UnitLog {
  readonly unit: string;
  /** Its number, from 1, over all submissions; and the number of attempts. */
  readonly number: number;
  readonly count: number;
  readonly path: string;
  /** Its state now. */
  readonly attempt: () => Attempt;
  /** Its part of the log; null if the log does not exist or does not contain it. */
  readonly read: (isOver: boolean) => CutLog | null;
}

/**
 * The log of an attempt, by default the last.
 * @throws BalpmError (usage) for an unknown unit or attempt, (environment) when no job has begun the unit.
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

/** Leaves out a line that is still being written. */
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
    `Cannot show the log of '${unit}': campaign ${quotePath(paths.root)} does not have that unit${suggestion(unit, ids)}; list units with \`balpm slurm status ${shellWord(paths.root)} --json\``,
  );

const unknownAttempt = (unit: string, number: number, count: number) =>
  usageError(`Cannot show attempt ${number} at '${unit}': it has ${count} attempts; give a number from 1 to ${count}`);

/** A job may end before it begins any unit: then its log, if it exists, has the reason. */
async function neverBegun({ paths }: Campaign, unit: string) {
  const logs = (await Promise.all(listSubmissions(paths).map((number) => logOfJob(paths, unit, number)))).flat();
  const last = logs.at(-1);
  if (last === undefined)
    return environmentError(`Cannot show the log of '${unit}': it has not been submitted; run \`balpm slurm submit\``);
  if (existsSync(last))
    return environmentError(
      `Cannot show the log of '${unit}': its job has not begun it; see ${quotePath(last)} for the output of the job so far`,
    );
  return environmentError(
    `Cannot show the log of '${unit}': ${quotePath(last)} does not exist; if the job is no longer pending (see balpm slurm status), check that the nodes can write to that directory (balpm slurm doctor tests it; Slurm shows JobLaunchFailure, exit code 0:53)`,
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
