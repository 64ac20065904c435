import type { Dataset } from '../data/dataset.ts';
import { readStoredTexts } from '../data/read-texts.ts';

/** Lengths of the shorter and the longer answer of some items, in UTF-16 code units. */
export interface AnswerLengths {
  readonly shorter: Float64Array;
  readonly longer: Float64Array;
}

/** Lengths of the answers of these items; null for a dataset that was made from features. @throws BalpmError (data) as readStoredTexts(). */
export async function answerLengths(dataset: Dataset, ids: readonly string[]): Promise<AnswerLengths | null> {
  if (dataset.manifest.texts === 'none') return null;
  const texts = await readStoredTexts(dataset, ids);
  const lengths = texts.map(({ response_a, response_b }) => [response_a.length, response_b.length] as const);
  return {
    shorter: Float64Array.from(lengths, (pair) => Math.min(...pair)),
    longer: Float64Array.from(lengths, (pair) => Math.max(...pair)),
  };
}
