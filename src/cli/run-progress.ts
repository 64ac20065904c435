import type { ExperimentConfig } from '../config/experiment.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { RunState } from '../loop/state.ts';
import type { CommandIo } from './command.ts';
import { describeRound } from './describe-round.ts';
import { createLiveBlock } from './live-block.ts';
import { formatDuration, renderBar } from './render-progress.ts';

/** Shows how a run goes: a block that is redrawn on a terminal, one line a round elsewhere. */
export interface RunProgress {
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
  readonly close: () => void;
}

/** Progress of one run on stderr. */
export function createRunProgress(id: string, config: ExperimentConfig, io: CommandIo): RunProgress {
  const begun = performance.now();
  const live = createLiveBlock();
  let measuredHere = 0;
  return {
    observe: (event, state) => {
      if (event.type !== 'round.measured') return;
      measuredHere += 1;
      const secondsARound = (performance.now() - begun) / 1000 / measuredHere;
      const left = formatDuration((config.rounds - state.measuredRounds) * secondsARound);
      const line = describeRound(event);
      if (live) live.draw([`${renderBar(state.measuredRounds, config.rounds)}  ${left} left`, `  ${line}`], id);
      else io.note(`${id} ${line} (${left} left)`);
    },
    note: (sentence) => {
      live?.clear();
      io.note(`${id}: ${sentence}`);
    },
    close: () => live?.done(),
  };
}
