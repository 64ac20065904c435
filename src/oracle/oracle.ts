import type { Label } from '../data/label.ts';

/** A batch to be labelled: item ids in the order they were picked. */
export interface Batch {
  readonly round: number;
  readonly ids: readonly string[];
}

/** Labels of a whole batch, in its order. */
interface Answered {
  readonly type: 'answered';
  readonly answers: readonly Label[];
}

/** The batch is with the labellers; `answered` of `needed` labels have been received. */
export interface Waiting {
  readonly type: 'waiting';
  readonly round: number;
  readonly batchFile: string;
  readonly answersFile: string;
  readonly answered: number;
  readonly needed: number;
  /** Problems in lines of the labels file, each naming file and line. */
  readonly problems: readonly string[];
}

/** The source of labels. */
export interface Oracle {
  readonly answer: (batch: Batch) => Promise<Answered | Waiting>;
}
