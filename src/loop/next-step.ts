import type { RunState } from './state.ts';

/** What a run does next. */
export type Step =
  | { readonly type: 'start' }
  | { readonly type: 'select'; readonly round: number }
  | { readonly type: 'label'; readonly round: number }
  | { readonly type: 'measure'; readonly round: number }
  | { readonly type: 'finish'; readonly reason: 'rounds' | 'pool-exhausted' };

/**
 * The next step of a run, null when it is finished (method.md section 6): label the batch, train and measure,
 * choose the next batch; the last round and an empty pool choose nothing.
 */
export function nextStep(state: RunState, rounds: number, poolSize: number): Step | null {
  if (state.finished) return null;
  if (!state.started) return { type: 'start' };
  if (state.pending) return { type: 'label', round: state.pending.round };
  if (state.labelledRounds === 0) return { type: 'select', round: 0 };
  if (state.measuredRounds < state.labelledRounds) return { type: 'measure', round: state.measuredRounds };
  if (state.measuredRounds >= rounds) return { type: 'finish', reason: 'rounds' };
  if (state.labelled.length >= poolSize) return { type: 'finish', reason: 'pool-exhausted' };
  return { type: 'select', round: state.labelledRounds };
}
