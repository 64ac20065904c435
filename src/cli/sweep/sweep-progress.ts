import type { CellOutcome } from '../../experiment/lane.ts';
import type { RunEvent } from '../../ledger/events.ts';
import type { RunState } from '../../loop/state.ts';
import type { CommandIo } from '../command.ts';
import { describeRound } from '../run/describe-round.ts';
import { createLiveBlock } from '../terminal/live-block.ts';
import { formatDuration, renderBar } from '../terminal/render-progress.ts';

/** Shows how a sweep goes: one redrawn block on a terminal; elsewhere a line a round and a line a finished run. */
export interface SweepProgress {
  readonly observe: (id: string, event: RunEvent, state: RunState) => void;
  readonly finished: (outcome: CellOutcome) => void;
  /** Says something beside the progress; on a terminal the block is drawn again below it. */
  readonly note: (sentence: string) => void;
  readonly close: () => void;
}

/** Progress of a sweep on stderr. */
export function createSweepProgress(runs: { readonly length: number }, io: CommandIo): SweepProgress {
  const begun = performance.now();
  const live = createLiveBlock();
  const active = new Map<string, number>();
  let ended = 0;
  let worked = 0;
  let waiting = 0;
  const timeLeft = (): string => {
    if (waiting > 0) return `${waiting} waiting for people`;
    const secondsPerRun = (performance.now() - begun) / 1000 / worked;
    return `${worked === 0 ? '…' : formatDuration(secondsPerRun * (runs.length - ended))} left`;
  };
  const draw = (): void => {
    const lines = [...active].map(([id, rounds]) => `  ${id}  round ${rounds}`);
    live?.draw([`${renderBar(ended, runs.length)} runs  ${timeLeft()}`, ...lines]);
  };
  return {
    observe: (id, event, state) => {
      if (event.type !== 'round.measured') return;
      active.set(id, state.measuredRounds);
      if (live) draw();
      else io.note(`${id} ${describeRound(event)}`);
    },
    finished: ({ id, status }) => {
      ended += 1;
      worked += status === 'skipped' ? 0 : 1;
      waiting += status === 'waiting' ? 1 : 0;
      active.delete(id);
      if (live) draw();
      else io.note(`${id}: ${status}  (${ended}/${runs.length} runs, ${timeLeft()})`);
    },
    note: (sentence) => {
      live?.clear();
      io.note(sentence);
      draw();
    },
    close: () => live?.done(),
  };
}
