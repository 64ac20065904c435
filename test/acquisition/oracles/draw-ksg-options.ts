import { openStream } from '../../../src/random/stream.ts';

/** Options of BAL-PM for instance `number`: every switch, weight and k on its own draw, k at times above the pool. */
export function drawKsgOptions(number: number): Record<string, unknown> {
  const stream = openStream(['test', 'options', number]);
  const either = <T>(...choices: readonly T[]): T => choices[stream.below(choices.length)]!;
  return {
    preset: either('paper', 'reference'),
    k: 1 + stream.below(30),
    beta: either(0, 0.001, 0.01, 1),
    betaScale: either('absolute', 'absolute', 'spread'),
    digammaDivisor: either(1, 16),
    standardise: either(true, false, false, false),
    neighbourScope: either('all', 'pool', null),
    selfCounts: either(true, false, null),
    shiftPoolRows: either(true, false, null),
    duplicates: either('distinct', 'rows', null),
    precision: either('float64', 'float32', null),
  };
}
