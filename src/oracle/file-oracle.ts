import type { ItemTexts } from '../data/read-texts.ts';
import { createAnswerSheet } from './answer-sheet.ts';
import { openBatchFiles, readAnswers } from './batch-files.ts';
import type { Oracle } from './oracle.ts';

/** Where batches go and where their texts come from. */
export interface FileOracleOptions {
  readonly dir: string;
  readonly readTexts: (ids: readonly string[]) => Promise<readonly ItemTexts[]>;
}

/**
 * Hands batches to people as files: writes `round-007.batch.jsonl` and reads `round-007.answers.jsonl`.
 * A batch counts as answered when every item has one answer; the same answer twice is fine, two different ones are not.
 * @throws BalpmError (data) naming file and line for a malformed line, an unknown id or contradicting answers.
 */
export function createFileOracle({ dir, readTexts }: FileOracleOptions): Oracle {
  return {
    answer: async (batch) => {
      const { batchFile, answersFile } = await openBatchFiles(dir, batch, readTexts);
      const sheet = createAnswerSheet(batch);
      readAnswers(answersFile, sheet);
      const [answered, needed] = [sheet.count(), batch.ids.length];
      if (answered < needed) return { type: 'waiting', round: batch.round, batchFile, answersFile, answered, needed };
      return { type: 'answered', answers: sheet.answers() };
    },
  };
}
