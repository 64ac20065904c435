import type { RunEvent } from '../../ledger/events.ts';

/** A measured round in one line: labels, and log-likelihood and accuracy on every split but validation. */
export function describeRound(event: Extract<RunEvent, { type: 'round.measured' }>): string {
  const splits = Object.entries(event.splits)
    .filter(([name]) => name !== 'validation')
    .map(
      ([name, { logLikelihood, accuracy }]) => `${name} loglik ${logLikelihood.toFixed(4)} acc ${accuracy.toFixed(3)}`,
    );
  return [`round ${event.round + 1}`, `labels ${event.labels}`, ...splits].join('  ');
}
