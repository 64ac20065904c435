import type { Label } from '../data/label.ts';
import type { WeightedBatch } from '../evaluation/metrics/lure-weights.ts';
import { readAnswers } from '../ledger/answers.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { NoiseReport } from '../protocol/noise-models.ts';

/** A batch chosen but not yet answered. */
export interface PendingBatch {
  readonly round: number;
  readonly ids: readonly string[];
}

/** A labelled item: its id and the label people gave. */
interface LabelledItem extends Label {
  readonly id: string;
}

/** What a run knows: the fold of its events. */
export interface RunState {
  readonly started: boolean;
  readonly pending: PendingBatch | null;
  /** In order of acquisition. */
  readonly labelled: readonly LabelledItem[];
  /** Rounds whose labels are complete; round t trains on the labels of batches 0..t. */
  readonly labelledRounds: number;
  /** Every batch that was chosen, with the inclusion probabilities its policy knew. */
  readonly batches: readonly WeightedBatch[];
  readonly measuredRounds: number;
  readonly finished: boolean;
  /** What the fit of the last measured round assumed of noise, one a store it is fitted on; null where nothing was said. */
  readonly noise: readonly NoiseReport[] | null;
}

/** A run before its first event. */
export const INITIAL_STATE: RunState = Object.freeze({
  started: false,
  pending: null,
  labelled: [],
  labelledRounds: 0,
  batches: [],
  measuredRounds: 0,
  finished: false,
  noise: null,
});

/** The next state; the only place where a run's state changes. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run.started':
      return { ...state, started: true };
    case 'batch.selected':
      return {
        ...state,
        pending: { round: event.round, ids: event.ids },
        batches: [...state.batches, { round: event.round, inclusion: event.inclusion ?? null }],
      };
    case 'labels.received':
      return {
        ...state,
        pending: null,
        labelled: [...state.labelled, ...answeredItems(state.pending, readAnswers(event))],
        labelledRounds: event.round + 1,
      };
    case 'round.measured':
      return { ...state, measuredRounds: event.round + 1, noise: event.noise ?? state.noise };
    case 'run.finished':
      return { ...state, finished: true };
  }
}

/** The state after all of the events. */
export const replay = (events: readonly RunEvent[]): RunState => events.reduce(applyEvent, INITIAL_STATE);

function answeredItems(pending: PendingBatch | null, answers: readonly Label[]): LabelledItem[] {
  return (pending?.ids ?? []).map((id, index) => ({ id, ...(answers[index] as Label) }));
}
