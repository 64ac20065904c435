import type { RunEvent } from '../ledger/events.ts';
import type { Waiting } from '../oracle/oracle.ts';
import { nextStep } from './next-step.ts';
import type { StepParts } from './perform.ts';
import { perform } from './perform.ts';
import { applyEvent, type RunState, replay } from './state.ts';

/** Everything one run works with. */
export interface Run extends StepParts {
  /** Aborted: finish the step under way, then stop. */
  readonly signal: AbortSignal;
  /** Monotonic seconds, for durations only. */
  readonly seconds: () => number;
  readonly observe: (event: RunEvent, state: RunState) => void;
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
