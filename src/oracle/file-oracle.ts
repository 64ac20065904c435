import type { ItemTexts } from '../data/read-texts.ts';
import { createAnswerSheet } from './answer-sheet.ts';
import { openBatchFiles, readAnswersSoFar } from './batch-files.ts';
import type { Oracle } from './oracle.ts';

/** Where batches go and where their texts come from. */
export interface FileOracleOptions {
  readonly dir: string;
  readonly readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>;
}

/**
 * Hands batches to people as files: writes `round-007.batch.jsonl` and reads `round-007.answers.jsonl`.
 * A batch counts as answered when every item has one answer and every line is one; the same answer twice is fine.
 * A line that is no answer, or contradicts another, is named while the run waits, for it may be a correction.
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
