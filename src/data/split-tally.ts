import type { z } from 'zod';
import type { SplitCounts } from './dataset-format.ts';

/** Rows an item was given in prompts.jsonl and responses.jsonl. */
export interface ItemRows {
  readonly prompt: number;
  readonly a: number;
  readonly b: number;
}

/** Counts the items, labels, distinct prompts and distinct responses of one split. */
export interface SplitTally {
  readonly name: string;
  readonly count: (rows: ItemRows, labelled: boolean) => void;
  readonly counts: () => z.infer<typeof SplitCounts>;
}

/** A tally at zero. */
export function createSplitTally(name: string): SplitTally {
  const prompts = new Set<number>();
  const responses = new Set<number>();
  let items = 0;
  let labelled = 0;
  return {
    name,
    count: (rows, isLabelled) => {
      items += 1;
      labelled += isLabelled ? 1 : 0;
      prompts.add(rows.prompt);
      responses.add(rows.a).add(rows.b);
    },
    counts: () => ({ items, labelled, prompts: prompts.size, responses: responses.size }),
  };
}
