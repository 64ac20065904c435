import type { ItemTexts } from '../data/read-texts.ts';
import { createAnswerSheet } from './answer-sheet.ts';
import { openBatchFiles, readAnswersSoFar } from './batch-files.ts';
import type { Oracle } from './oracle.ts';

/** The directory for batches and the source of their texts. */
export interface FileOracleOptions {
  readonly dir: string;
  readonly readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>;
}

/**
 * Labels batches through files: writes `round-007.batch.jsonl` and reads `round-007.answers.jsonl`.
 * A batch counts as labelled when every item has one label and every line is valid; a repeated label is fine.
 * While the run waits, it reports a line that is invalid or contradicts another, because it may be a correction.
 */
export function createFileOracle({ dir, readTexts }: FileOracleOptions): Oracle {
  return {
    answer: async (batch) => {
      const { batchFile, answersFile } = await openBatchFiles(dir, batch, readTexts);
      const sheet = createAnswerSheet(batch);
      const problems = readAnswersSoFar(answersFile, sheet);
      const [answered, needed] = [sheet.count(), batch.ids.length];
      if (answered === needed && problems.length === 0) return { type: 'answered', answers: sheet.answers() };
      return { type: 'waiting', round: batch.round, batchFile, answersFile, answered, needed, problems };
    },
  };
}
