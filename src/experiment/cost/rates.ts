import { existsSync } from 'node:fs';
import { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { quotePath, writeFileAtomic } from '../../base/files/files.ts';
import { readYaml } from '../../base/yaml/read-yaml.ts';
import { Machine } from './machine.ts';
import type { Trial } from './trial.ts';
import { subjectKey, type TrialSubject } from './trial-subject.ts';

const MeasuredTrial = z.strictObject({
  posterior: z.record(z.string(), z.unknown()),
  dimension: z.int().min(1),
  device: z.string().min(1),
  threads: z.int().min(1),
  startSeconds: z.number().min(0),
  secondsPerStep: z.number().gt(0),
  secondsPerAnswer: z.number().gt(0),
  memoryMiB: z.number().gt(0),
});
/** A trial and what it measured. */
export type MeasuredTrial = z.infer<typeof MeasuredTrial>;

const RatesFile = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('balpm-rates'),
  machine: Machine,
  date: z.iso.datetime(),
  trials: z.array(MeasuredTrial).min(1),
});
/** What a named machine was measured to do, and when (the newest of its trials). */
export type Rates = Readonly<Pick<z.infer<typeof RatesFile>, 'machine' | 'date'>> & {
  readonly trials: readonly MeasuredTrial[];
};

/** Reads a file that `writeRates` wrote, as JSON or YAML. @throws BalpmError (usage) naming file and field. */
export async function readRates(path: string): Promise<Rates> {
  const parsed = RatesFile.safeParse((await readYaml(path, 'rates')).tree);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError(
    `Cannot read rates ${quotePath(path)}: ${issue?.path.join('.') || 'the file'} is refused (${issue?.message}); give a file that \`--dry-run --save-rates FILE\` wrote`,
  );
}

/** Writes rates; trials that the file has of the same machine stay. @throws BalpmError (usage) where it is of another one. */
export async function writeRates(path: string, { machine, date, trials }: Rates): Promise<void> {
  const before = existsSync(path) ? await readRates(path) : undefined;
  if (before !== undefined && JSON.stringify(before.machine) !== JSON.stringify(machine)) {
    throw usageError(
      `Cannot save rates to ${quotePath(path)}: it holds those of ${nameMachine(before.machine)} and these are of ${nameMachine(machine)}; give another file`,
    );
  }
  const bySubject = new Map([...(before?.trials ?? []), ...trials].map((trial) => [subjectKey(trial), trial]));
  const file = { schemaVersion: 1, kind: 'balpm-rates', machine, date, trials: [...bySubject.values()] };
  writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`);
}

/** The machine's trial of that subject. @throws BalpmError (usage) when there is none: what it is and what to run. */
export function trialIn({ machine, date, trials }: Rates, subject: TrialSubject): Trial {
  const key = subjectKey(subject);
  const found = trials.find((trial) => subjectKey(trial) === key);
  if (found !== undefined) {
    const { startSeconds, secondsPerStep, secondsPerAnswer, memoryMiB } = found;
    return { startSeconds, secondsPerStep, secondsPerAnswer, memoryMiB };
  }
  const { dimension, device, threads, posterior } = subject;
  throw usageError(
    `Cannot estimate by the rates of ${nameMachine(machine)} (${date.slice(0, 10)}): they hold no trial of ${JSON.stringify(posterior)} on ${dimension} dimensions with worker.device ${device} and worker.threads ${threads}; run the same command there with --save-rates in the place of --rates`,
  );
}

/** `node7 (NVIDIA H200, torch 2.13.0)` */
export const nameMachine = ({ host, device, torch }: Machine): string => `${host} (${device}, torch ${torch})`;
