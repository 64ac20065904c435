import type { RunEvent } from '../../ledger/events.ts';
import { drawWithoutReplacement, openStream } from '../../random/stream.ts';
import type { RunState } from '../state.ts';

/** Two states with equally many labels, of the initial set and of earlier batches: control items, or as many picks. */
export interface ControlArms {
  readonly picked: RunState;
  readonly random: RunState;
}

/**
 * What a run would know of its control items alone, and of as many of the policy's picks of each batch, drawn at random; null
 * before a batch with both is labelled.
 */
export function controlArms(events: readonly RunEvent[], state: RunState, seed: number): ControlArms | null {
  const initial: string[] = [];
  const picked: string[] = [];
  const random: string[] = [];
  for (const event of events) {
    if (event.type !== 'batch.selected') continue;
    if (event.round === 0) initial.push(...event.ids);
    const size = event.control?.items ?? 0;
    const picks = event.ids.slice(size);
    const stream = openStream([seed, 'control', 'picks', event.round]);
    random.push(...event.ids.slice(0, Math.min(size, picks.length)));
    picked.push(...drawWithoutReplacement(stream, picks, size));
  }
  if (random.length === 0) return null;
  return { picked: stateOf([...initial, ...picked], state), random: stateOf([...initial, ...random], state) };
}

function stateOf(ids: readonly string[], state: RunState): RunState {
  const kept = new Set(ids);
  return { ...state, labelled: state.labelled.filter(({ id }) => kept.has(id)) };
}
