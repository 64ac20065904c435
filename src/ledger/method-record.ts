import { existsSync } from 'node:fs';
import { readText, writeFileAtomic } from '../base/files/files.ts';
import { parseJson } from '../base/text/parse-json.ts';
import { MethodChoice } from '../config/method-choice.ts';

/** `method.json` of a run: who chose its policy and posterior, so that a resumed run reports the same as a new one. */
export const methodRecord = {
  write: (path: string, choice: MethodChoice): void => {
    const document = { schemaVersion: 1, kind: 'balpm-method', ...choice };
    writeFileAtomic(path, `${JSON.stringify(document, null, 2)}\n`);
  },

  /** Null for a run of an earlier version, and if the file is damaged: nothing depends on it. */
  read: async (path: string): Promise<MethodChoice | null> => {
    if (!existsSync(path)) return null;
    try {
      return MethodChoice.parse(parseJson(await readText(path, 'method of the run')));
    } catch {
      return null;
    }
  },
};
