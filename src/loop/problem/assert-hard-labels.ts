import type { ExperimentConfig } from '../../config/experiment.ts';
import type { Label } from '../../data/label.ts';
import type { Labels } from '../../data/labels.ts';
import { labelAt, labelsFrom } from '../../data/labels.ts';
import { simulateAnswer } from '../../oracle/simulate-answer.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { softLabels } from '../../posterior/soft-labels.ts';
import { type Comparisons, compareItems } from './comparisons.ts';

/** Items with their pairs of rows and their labels. */
interface LabelledPairs {
  readonly ids: readonly string[];
  readonly pairs: Int32Array;
  readonly labels: Labels;
}

/**
 * Refuses a posterior that is given chosen and rejected rows alone where the dataset's labels are soft or
 * weighted. Answers of people are looked at when they come. @throws BalpmError (usage)
 */
export function assertHardLabels(config: ExperimentConfig, pool: LabelledPairs, validation: Comparisons): void {
  const { type } = config.posterior;
  if (posteriorOf(type).labels === 'any') return;
  const where = [
    ...(areHard(validation) ? [] : ['validation']),
    ...(areHard(answersTo(config, pool)) ? [] : [`split '${config.splits.pool}'`]),
  ];
  if (where.length > 0) throw softLabels(`Cannot use posterior.type ${type}`, `labels of ${where.join(' and ')}`);
}

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
