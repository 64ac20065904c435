import { dataError } from '../base/errors.ts';
import type { Label } from '../data/label.ts';
import { type Labels, labelAt } from '../data/labels.ts';
import type { Oracle } from './oracle.ts';

/** The pool's labels, and the use of one of them. */
export interface DatasetOracleOptions {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly labels: Labels;
  readonly answerOf: (id: string, label: Label) => Label;
}

/** Labels a batch at once from the dataset. @throws BalpmError (data) for an item without a label. */
export function createDatasetOracle({ indexOf, labels, answerOf }: DatasetOracleOptions): Oracle {
  const answer = (id: string): Label => {
    const label = labelAt(labels, indexOf.get(id) ?? -1);
    if (label !== null) return answerOf(id, label);
    throw dataError(
      `Cannot label item '${id}': the dataset has no label for it; use a labelled pool or another oracle.type`,
    );
  };
  return { answer: ({ ids }) => Promise.resolve({ type: 'answered', answers: ids.map(answer) }) };
}
