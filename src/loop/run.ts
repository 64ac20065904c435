import type { ExperimentConfig } from '../config/experiment.ts';
import type { EventLog } from '../ledger/event-log.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { Oracle, Waiting } from '../oracle/oracle.ts';
import type { Diagnoser } from './diagnose.ts';
import type { RoundModel } from './model/round-model.ts';
import { nextStep } from './next-step.ts';
import { perform } from './perform.ts';
import type { Problem } from './problem/problem.ts';
import { applyEvent, type RunState, replay } from './state.ts';

/** Everything one run works with. */
export interface Run {
  readonly config: ExperimentConfig;
  readonly problem: Problem;
  readonly model: RoundModel;
  readonly oracle: Oracle;
  readonly log: EventLog;
  readonly diagnose: Diagnoser;
  /** Aborted: finish the step under way, then stop. */
  readonly signal: AbortSignal;
  /** Monotonic seconds, for durations only. */
  readonly seconds: () => number;
  readonly observe: (event: RunEvent, state: RunState) => void;
  /** Tells the person one thing worth knowing. */
  readonly note: (sentence: string) => void;
  /** Tells of answers that were changed after their batch was labelled. */
  readonly reviewAnswers: () => void;
}

/** How a run came to rest. */
export type Outcome =
  | { readonly status: 'done'; readonly state: RunState }
  | { readonly status: 'stopped'; readonly state: RunState }
  | { readonly status: 'waiting'; readonly state: RunState; readonly waiting: Waiting };

/**
 * The story of an experiment: replay what is on disk, then, step by step, label the batch, train and measure the
 * posterior, choose the next batch. A step counts once its event is on disk, so a killed run goes on where it was.
 */
export async function runSteps(run: Run): Promise<Outcome> {
  let state = replay(run.log.events());
  run.reviewAnswers();
  for (;;) {
    const step = nextStep(state, run.config.rounds, run.problem.pool.ids.length);
    if (step === null) return { status: 'done', state };
    if (run.signal.aborted) return { status: 'stopped', state };
    const begun = run.seconds();
    const result = await perform(step, state, run);
    if (result.type === 'waiting') return { status: 'waiting', state, waiting: result };
    const event = run.log.append(result, run.seconds() - begun);
    state = applyEvent(state, event);
    run.observe(event, state);
  }
}
