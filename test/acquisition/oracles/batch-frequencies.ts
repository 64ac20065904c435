import { expect } from 'vitest';
import type { Policy, PolicyContext } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { chiSquareP } from '../../support/chi-square.ts';

const DRAWS = 10_000;

/** Probabilities of ordered batches: positions of the pool joined by commas. */
type Distribution = ReadonlyMap<string, number>;

/**
 * Draws many ordered batches from one stream and compares how often each came with its exact probability (χ², p >
 * 1e-3); the same counts must contradict a `different` distribution. Equal ordered batches imply equal inclusion
 * probabilities.
 */
export async function expectFrequencies(
  policy: Policy,
  context: PolicyContext,
  { exact, different }: { readonly exact: Distribution; readonly different: Distribution },
): Promise<void> {
  const counts = await countBatches(policy, context);
  expect([...exact.values()].reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
  expect(agreement(counts, exact)).toBeGreaterThan(1e-3);
  expect(agreement(counts, different)).toBeLessThan(1e-3);
}

async function countBatches(policy: Policy, context: PolicyContext): Promise<Map<string, number>> {
  const stream = openStream(['test', 'frequencies']);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const picks = await policy.select({ ...context, stream });
    const batch = picks.map((pick) => context.pool.indexOf(pick.item)).join();
    counts.set(batch, (counts.get(batch) ?? 0) + 1);
  }
  return counts;
}

function agreement(counts: ReadonlyMap<string, number>, distribution: Distribution): number {
  const batches = [...new Set([...counts.keys(), ...distribution.keys()])];
  return chiSquareP(
    batches.map((batch) => counts.get(batch) ?? 0),
    batches.map((batch) => distribution.get(batch) ?? 0),
  );
}
