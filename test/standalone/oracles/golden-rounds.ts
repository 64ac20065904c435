import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenCase } from '../../acquisition/oracles/golden-case.ts';
import { balpm, type Called } from '../../support/balpm.ts';
import { npyBytes } from '../../support/npy-bytes.ts';

/** What is known before a round of a golden case. */
export interface GoldenRound {
  readonly round: number;
  readonly acquired: readonly number[];
  /** The pool's order without what was picked before. */
  readonly order: readonly number[];
  readonly scores: Float32Array;
  readonly expected: readonly number[];
}

/** The rounds of a golden case, each from the picks that are right before it. */
export function goldenRounds(golden: GoldenCase): GoldenRound[] {
  const items = golden.features.length / golden.dimension;
  return golden.picks.map((expected, round) => {
    const picked = golden.picks.slice(0, round).flat();
    const gone = new Set(picked);
    return {
      round,
      acquired: [...golden.initial, ...picked],
      order: golden.poolOrder.filter((item) => !gone.has(item)),
      scores: golden.scores.slice(round * items, (round + 1) * items),
      expected,
    };
  });
}

/** Asks the built command line for the batch of a round, through files in `directory`. */
export function acquireByCommand(golden: GoldenCase, round: GoldenRound, directory: string): Promise<Called> {
  const at = (name: string): string => join(directory, name);
  const items = golden.features.length / golden.dimension;
  writeFileSync(at('features.npy'), npyBytes('<f4', `(${items}, ${golden.dimension})`, golden.features));
  writeFileSync(at('U.npy'), npyBytes('<f4', `(${items},)`, round.scores));
  writeFileSync(at('acquired.json'), JSON.stringify(round.acquired));
  writeFileSync(at('order.json'), JSON.stringify(round.order));
  const { preset, k, beta, digammaDivisor, shiftPoolRows } = golden;
  const keys = Object.entries({ k, beta, digammaDivisor, shiftPoolRows }).map(([key, value]) => `${key}=${value}`);
  const files = [
    '--prompts',
    'features.npy',
    '--scores',
    'U.npy',
    '--acquired',
    'acquired.json',
    '--order',
    'order.json',
  ];
  const settings = ['--policy', 'batch-entropy', '--batch', String(golden.batch), '--preset', preset, '--json'];
  return balpm(['acquire', ...settings, ...files, ...keys], { cwd: directory });
}

/** Items of a document of `balpm acquire --json`. */
export const indicesOf = (stdout: string): number[] =>
  (JSON.parse(stdout) as { picks: { index: number }[] }).picks.map(({ index }) => index);
