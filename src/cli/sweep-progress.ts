import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../ledger/events.ts';
import type { Cell, CellOutcome } from '../loop/run-cells.ts';
import type { RunState } from '../loop/state.ts';
import type { CommandIo } from './command.ts';
import { formatDuration, renderBar } from './render-progress.ts';

/** Shows how a sweep goes: one redrawn block on a terminal, one line a finished run elsewhere. */
export interface SweepProgress {
  readonly observe: (id: string, event: RunEvent, state: RunState) => void;
  readonly finished: (outcome: CellOutcome) => void;
  readonly close: () => void;
}

/** Progress of a sweep on stderr. */
export function createSweepProgress(runs: readonly Cell[], io: CommandIo): SweepProgress {
  const begun = performance.now();
  const live = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;
  const active = new Map<string, number>();
  let ended = 0;
  let worked = 0;
  const timeLeft = (): string =>
    worked === 0 ? '…' : formatDuration((((performance.now() - begun) / 1000) * (runs.length - ended)) / worked);
  const draw = (): void => {
    const lines = [...active].map(([id, rounds]) => `  ${id}  round ${rounds}`);
    live?.([`${renderBar(ended, runs.length)} runs  ${timeLeft()} left`, ...lines].join('\n'));
  };
  return {
    observe: (id, event, state) => {
      if (event.type !== 'round.measured') return;
      active.set(id, state.measuredRounds);
      draw();
    },
    finished: ({ id, status }) => {
      ended += 1;
      worked += status === 'skipped' ? 0 : 1;
      active.delete(id);
      if (live) draw();
      else if (status !== 'skipped') io.note(`${id}: ${status}  (${ended}/${runs.length} runs, ${timeLeft()} left)`);
    },
    close: () => live?.done(),
  };
}
