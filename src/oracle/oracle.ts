import type { Label } from '../data/label.ts';

/** A batch to be labelled: item ids in the order they were picked. */
export interface Batch {
  readonly round: number;
  readonly ids: readonly string[];
}

/** Answers to a whole batch, in its order. */
interface Answered {
  readonly type: 'answered';
  readonly answers: readonly Label[];
}

/** The batch is with people; `answered` of `needed` answers are there so far. */
export interface Waiting {
  readonly type: 'waiting';
  readonly round: number;
  readonly batchFile: string;
  readonly answersFile: string;
  readonly answered: number;
  readonly needed: number;
  /** What is wrong with lines of the answers file, each naming file and line. */
  readonly problems: readonly string[];
}

/** Whoever knows which answer is better. */
export interface Oracle {
  readonly answer: (batch: Batch) => Promise<Answered | Waiting>;
}
