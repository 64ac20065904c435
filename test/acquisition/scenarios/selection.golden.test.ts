import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { NeighbourSource } from '../../../src/acquisition/policy.ts';
import { distinctRows } from '../../../src/standalone/distinct-rows.ts';
import { buildNeighbourSource } from '../../../src/standalone/in-process/neighbour-graph.ts';
import { type GoldenCase, goldenCaseNames, goldenDirectory, readGoldenCase } from '../oracles/golden-case.ts';
import { policyContext } from '../oracles/policy-context.ts';

const names = goldenCaseNames();
if (names.length === 0) console.warn(`Golden selection cases are skipped: there is no directory '${goldenDirectory}'`);

// With 48 neighbours nearly every row proves its k-th distance, with 6 nearly every one must be extended.
describe.skipIf(names.length === 0).each([48, 6])('batch-entropy on a graph of %d neighbours', (neighbours) => {
  it.each(names)('equals the golden picks of %s in every round', async (name) => {
    const golden = readGoldenCase(name);
    expect(await replay(golden, neighbours)).toEqual(golden.picks);
  });
});

async function replay(golden: GoldenCase, neighbours: number): Promise<number[][]> {
  const { promptOf, source } = neighbourSourceOf(golden, neighbours);
  const { preset, k, beta, digammaDivisor, shiftPoolRows } = golden;
  const policy = createPolicy('batch-entropy', { preset, k, beta, digammaDivisor, shiftPoolRows });
  const picks: number[][] = [];
  const taken = (): number[] => [...golden.initial, ...picks.flat()];
  for (let round = 0; round < golden.rounds; round++) {
    const acquired = Int32Array.from(taken());
    const gone = new Set(acquired);
    const pool = Int32Array.from(golden.poolOrder.filter((item) => !gone.has(item)));
    const epistemic = Float64Array.from(pool, (item) => golden.scores[round * promptOf.length + item]!);
    const context = policyContext({
      round,
      batch: golden.batch,
      pool,
      acquired,
      promptOf,
      measures: { epistemic },
      neighbours: source,
    });
    picks.push((await policy.select(context)).map((pick) => pick.item));
  }
  return picks;
}

function neighbourSourceOf(
  { features, dimension }: GoldenCase,
  neighbours: number,
): { promptOf: Int32Array; source: NeighbourSource } {
  const { rows, promptOf } = distinctRows(features, dimension);
  const values = new Float32Array(rows.length * dimension);
  rows.forEach((row, prompt) => {
    values.set(features.subarray(row * dimension, (row + 1) * dimension), prompt * dimension);
  });
  return { promptOf, source: buildNeighbourSource({ values, dimension }, neighbours) };
}
