import { dataError, usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { SplitItems } from '../../data/dataset.ts';
import type { Labels } from '../../data/labels.ts';

/**
 * Where early stopping takes its labels from the pool's own split: refused unless they are drawn apart (so that no policy
 * picks them) and charged (they are labels of pool items that somebody gave).
 * @throws BalpmError (usage)
 */
export function assertApart({ validation, splits }: ExperimentConfig): void {
  if (validation.split !== splits.pool) return;
  const where = `Cannot take validation from split '${splits.pool}'`;
  if (validation.size === null) {
    throw usageError(
      `${where}: it is the pool, and all of it would be validation; set validation.size to how many of its items are drawn apart, or name another validation.split`,
    );
  }
  if (!validation.charged) {
    throw usageError(
      `${where}: it is the pool, whose labels cost, and validation.charged is false; leave validation.charged at true, or name another validation.split`,
    );
  }
}

/** Refuses items without a label. @throws BalpmError (data) */
export function assertLabelled(split: SplitItems, items: Int32Array, labels: Labels | undefined): void {
  const missing = items.find((item) => Number.isNaN(labels?.probabilities[item] ?? Number.NaN));
  if (missing === undefined) return;
  throw dataError(
    `Cannot validate on split '${split.name}': item '${split.ids[missing]}' has no label; give labels for every validation item, or set validation.split to null`,
  );
}
