import { dataError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { SplitItems } from '../../data/dataset.ts';
import type { Label } from '../../data/label.ts';
import { type Labels, labelAt, labelsFrom } from '../../data/labels.ts';
import { simulateAnswer } from '../../oracle/simulate-answer.ts';
import { assertLabelled } from './assert-validation.ts';
import { type Comparisons, compareItems } from './comparisons.ts';

/** A split with its rows (a, b), n × 2, and its labels where it has any. */
interface LabelledSplit {
  readonly split: SplitItems;
  readonly pairs: Int32Array;
  readonly labels: Labels | undefined;
}

/**
 * What early stopping judges by: some items of a split, answered by the dataset as the pool is where it answers there.
 * @throws BalpmError (data) for an item without a label, or where all of them are ties that are left out.
 */
export function validationComparisons(
  { split, pairs, labels }: LabelledSplit,
  items: Int32Array,
  { oracle, seed, labels: { ties } }: ExperimentConfig,
): Comparisons {
  assertLabelled(split, items, labels);
  const mode = oracle.type === 'dataset' ? oracle.answers : 'soft';
  const answers = Array.from(items, (item) =>
    simulateAnswer(mode, split.ids[item] as string, labelAt(labels as Labels, item) as Label, seed),
  );
  const comparisons = compareItems(pairs, items, labelsFrom(answers), ties);
  if (comparisons.rows.length > 0) return comparisons;
  throw dataError(
    `Cannot validate on split '${split.name}': each of its ${items.length} labels is a tie and labels.ties is '${ties}'; set labels.ties to half, or name another validation.split`,
  );
}
