import { randomUUID } from 'node:crypto';
import { usageError } from '../base/errors.ts';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** The text as the id of a run or sweep, which names a directory. @throws BalpmError (usage) */
export function parseRunId(text: string): string {
  if (RUN_ID.test(text)) return text;
  throw usageError(
    `Cannot use id '${text}': it does not name a directory; expected at most 120 letters, digits, dots, dashes and underscores`,
  );
}

/**
 * The given id, or one of time, name, arm, seed and a few random characters, so that two starts never collide.
 * @throws BalpmError (usage)
 */
export function chooseRunId(given: string | undefined, config: ExperimentConfig): string {
  if (given !== undefined) return parseRunId(given);
  const time = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${time}-${config.name}-${armName(config)}-s${config.seed}-${randomUUID().slice(0, 4)}`;
}
