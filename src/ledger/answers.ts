import { type Label, labelOf, probabilityOf } from '../data/label.ts';
import type { RunEvent } from './events.ts';

/** Fields of `labels.received` for the labels of a batch. */
type Answers = Pick<Extract<RunEvent, { type: 'labels.received' }>, 'answers' | 'probabilities' | 'weights'>;

const LETTERS = { a: 'a', b: 'b', tie: 't' } as const;
const CERTAIN: Readonly<Record<string, number>> = { a: 1, b: 0, t: 0.5 };

/** Labels as an event holds them: numbers are left out if every label is a side, and weights if all are 1. */
export function writeAnswers(labels: readonly Label[]): Answers {
  const weights = labels.map(({ weight = 1 }) => weight);
  return {
    answers: labels.map(({ preferred }) => LETTERS[preferred]).join(''),
    ...(labels.some(({ p }) => p !== undefined) && { probabilities: labels.map(probabilityOf) }),
    ...(weights.some((weight) => weight !== 1) && { weights }),
  };
}

/** The labels of an event, in the order of its batch. */
export const readAnswers = ({ answers, probabilities, weights }: Answers): Label[] =>
  Array.from(answers, (letter, index) =>
    labelOf(probabilities?.[index] ?? (CERTAIN[letter] as number), weights?.[index]),
  );
