import { usageError } from '../base/errors.ts';

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** The text as the id of a run or sweep, which names a directory. @throws BalpmError (usage) */
export function parseRunId(text: string): string {
  if (RUN_ID.test(text)) return text;
  throw usageError(
    `Cannot use id '${text}': it does not name a directory, letters, digits, dot, dash and underscore (at most 120) are needed`,
  );
}
