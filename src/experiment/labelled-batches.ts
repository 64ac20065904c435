import { readAnswers } from '../ledger/answers.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { LabelledBatch } from '../oracle/changed-answers.ts';

/** The batches of a run that were labelled, in order, with the answers its events hold. */
export function labelledBatches(events: readonly RunEvent[]): readonly LabelledBatch[] {
  const batches: LabelledBatch[] = [];
  let ids: readonly string[] = [];
  for (const event of events) {
    if (event.type === 'batch.selected') ids = event.ids;
    if (event.type !== 'labels.received') continue;
    const answers = readAnswers(event);
    batches.push({
      round: event.round,
      answers: new Map(answers.map((label, index) => [ids[index] as string, label])),
    });
  }
  return batches;
}
