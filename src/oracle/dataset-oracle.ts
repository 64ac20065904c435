import { dataError } from '../base/errors.ts';
import type { Oracle } from './oracle.ts';

/** Answers at once from the dataset's labels (1: a, 0: b, −1: none). @throws BalpmError (data) for an item without a label. */
export function createDatasetOracle(indexOf: ReadonlyMap<string, number>, labels: Int8Array): Oracle {
  const sideOf = (id: string): 'a' | 'b' => {
    const label = labels[indexOf.get(id) ?? -1];
    if (label !== 0 && label !== 1) {
      throw dataError(
        `Cannot label item '${id}': the dataset has no label for it, a labelled pool or another oracle.type is needed`,
      );
    }
    return label === 1 ? 'a' : 'b';
  };
  return { answer: ({ ids }) => Promise.resolve({ type: 'answered', answers: ids.map(sideOf) }) };
}
