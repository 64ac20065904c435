import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunEvent } from '../../ledger/events.ts';
import type { RunState } from '../../loop/state.ts';
import type { CommandIo } from '../command.ts';
import { createLiveBlock } from '../terminal/live-block.ts';
import { formatDuration, renderBar } from '../terminal/render-progress.ts';
import { describeRound } from './describe-round.ts';

/** Shows how a run goes: a block that is redrawn on a terminal, one line a round elsewhere. */
export interface RunProgress {
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
  readonly close: () => void;
}

/** Progress of one run on stderr. */
export function createRunProgress(id: string, config: ExperimentConfig, io: CommandIo): RunProgress {
  const live = createLiveBlock();
  let measuredHere = 0;
  let workedSeconds = 0; // steps alone: the start of the worker, or a wait for the lock, comes once
  return {
    observe: (event, state) => {
      workedSeconds += event.seconds ?? 0;
      if (event.type !== 'round.measured') return;
      measuredHere += 1;
      const left = timeLeft(config, state.measuredRounds, workedSeconds / measuredHere);
      const line = describeRound(event);
      if (live) live.draw([`${renderBar(state.measuredRounds, config.rounds)}  ${left}`, `  ${line}`], id);
      else io.note(`${id} ${line} (${left})`);
    },
    note: (sentence) => {
      live?.clear();
      io.note(`${id}: ${sentence}`);
    },
    close: () => live?.done(),
  };
}

/** How long the rest takes; where people label, nobody knows. */
function timeLeft({ oracle, rounds }: ExperimentConfig, measured: number, secondsPerRound: number): string {
  const roundsLeft = rounds - measured;
  if (oracle.type === 'file' && roundsLeft > 0)
    return `${roundsLeft} ${roundsLeft === 1 ? 'round' : 'rounds'} left, as fast as people label`;
  return `${formatDuration(roundsLeft * secondsPerRound)} left`;
}
