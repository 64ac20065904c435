import { usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { Label } from '../../data/label.ts';
import type { Labels } from '../../data/labels.ts';
import { labelAt, labelsFrom } from '../../data/labels.ts';
import { simulateAnswer } from '../../oracle/simulate-answer.ts';
import { type Comparisons, compareItems } from './comparisons.ts';

/** Items with their pairs of rows and their labels. */
interface LabelledPairs {
  readonly ids: readonly string[];
  readonly pairs: Int32Array;
  readonly labels: Labels;
}

/**
 * Refuses a class of the user's own, which is given chosen and rejected rows alone, where the dataset's labels are soft or
 * weighted. Answers of people are looked at when they come. @throws BalpmError (usage)
 */
export function assertHardLabels(config: ExperimentConfig, pool: LabelledPairs, validation: Comparisons): void {
  if (config.posterior.type !== 'external') return;
  const where = [
    ...(areHard(validation) ? [] : ['validation']),
    ...(areHard(answersTo(config, pool)) ? [] : [`split '${config.splits.pool}'`]),
  ];
  if (where.length > 0) throw softLabels('Cannot use posterior.type external', `labels of ${where.join(' and ')}`);
}

/** The refusal; `what` completes "… are soft or weighted". */
export const softLabels = (act: string, what: string): Error =>
  usageError(
    `${act}: ${what} are soft or weighted, and such a class is given chosen and rejected answers alone; use another posterior.type, oracle.answers drawn, or hard labels of equal weight`,
  );

const areHard = ({ targets, weights }: Comparisons): boolean =>
  [targets, weights].every((values) => values.every((value) => value === 1));

function answersTo(
  { oracle, labels: { ties }, seed }: ExperimentConfig,
  { ids, pairs, labels }: LabelledPairs,
): Comparisons {
  if (oracle.type !== 'dataset') return compareItems(pairs, [], labelsFrom([]), ties);
  const answers = ids.map((id, item) => simulateAnswer(oracle.answers, id, labelAt(labels, item) as Label, seed));
  return compareItems(pairs, Int32Array.from(ids.keys()), labelsFrom(answers), ties);
}
