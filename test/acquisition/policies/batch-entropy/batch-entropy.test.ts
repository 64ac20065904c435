import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import { batchEntropy } from '../../../../src/acquisition/policies/batch-entropy/batch-entropy.ts';
import type { PolicyContext } from '../../../../src/acquisition/policy.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';
import { policyContext } from '../../oracles/policy-context.ts';

/** Two clusters of prompts on a line, four near 0 and four near 100; U prefers the first cluster slightly. */
const clusters = (parts: Partial<PolicyContext> = {}): PolicyContext =>
  policyContext({
    pool: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    promptOf: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    batch: 2,
    measures: { epistemic: Float64Array.of(0.022, 0.023, 0.022, 0.022, 0.02, 0.02, 0.02, 0.02) },
    neighbours: buildNeighbourSource({ values: Float32Array.of(0, 1, 2, 3, 100, 101, 102, 103), dimension: 1 }, 8),
    ...parts,
  });

const pick = async (options: Record<string, unknown>, context = clusters()): Promise<number[]> =>
  (await createPolicy('batch-entropy', { k: 3, ...options }).select(context)).map(({ item }) => item);

describe('batch-entropy', () => {
  it('has the defaults of the paper', () => {
    expect(batchEntropy.options.parse({})).toMatchObject({ preset: 'paper', k: 13, beta: 0.01, digammaDivisor: 1 });
  });

  it('spreads a batch over clusters that plain uncertainty does not see', async () => {
    const bald = await pick({ beta: 0 });
    expect(bald.every((item) => item < 4)).toBe(true);
    const [first, second] = await pick({ beta: 0.01 });
    expect(first! < 4).not.toBe(second! < 4);
  });

  it('keeps away from what earlier rounds acquired', async () => {
    const pool = Int32Array.of(0, 2, 3, 4, 5, 6, 7);
    const measures = { epistemic: new Float64Array(7) };
    const [first] = await pick({ beta: 1 }, clusters({ pool, acquired: Int32Array.of(1), measures }));
    expect(first).toBeGreaterThanOrEqual(4);
  });

  it('goes by entropy alone as beta grows', async () => {
    expect(await pick({ beta: 1e9 })).toEqual(
      await pick({ beta: 1 }, clusters({ measures: { epistemic: new Float64Array(8) } })),
    );
  });

  it('picks the same when U is scaled, with a beta relative to its spread', async () => {
    const scaled = clusters({ measures: { epistemic: clusters().measures.epistemic!.map((value) => 1024 * value) } });
    expect(await pick({ beta: 1, betaScale: 'spread' }, scaled)).toEqual(await pick({ beta: 1, betaScale: 'spread' }));
    expect(await pick({ beta: 0.01 }, scaled)).not.toEqual(await pick({ beta: 0.01 }));
  });

  it('does not change when the features are turned, moved or scaled', async () => {
    const turned = Float32Array.from([0, 1, 2, 3, 100, 101, 102, 103].flatMap((x) => [8 - 3 * x, 2 + 4 * x]));
    const neighbours = buildNeighbourSource({ values: turned, dimension: 2 }, 8);
    expect(await pick({ beta: 0.01 }, clusters({ neighbours, batch: 8 }))).toEqual(
      await pick({ beta: 0.01 }, clusters({ batch: 8 })),
    );
  });

  it.each([
    ['neighbourScope', 'pool'],
    ['selfCounts', true],
    ['shiftPoolRows', true],
    ['duplicates', 'rows'],
    ['precision', 'float32'],
  ])('lets %s be %s without the rest of the reference', async (name, value) => {
    const options = { beta: 1, k: 3, [name]: value };
    const context = switchingContext();
    expect(await scores(options, context)).not.toEqual(await scores({ beta: 1, k: 3 }, context));
  });

  it('asks for the epistemic measure and for neighbours in proportion to k', () => {
    expect(createPolicy('batch-entropy').needs).toMatchObject({ measures: ['epistemic'], neighbours: 48 });
    expect(createPolicy('batch-entropy', { k: 26 }).needs.neighbours).toBe(96);
  });
});

const scores = async (options: Record<string, unknown>, context: PolicyContext): Promise<(number | null)[]> =>
  (await createPolicy('batch-entropy', options).select(context)).map(({ score }) => score);

/** A pool in which every switch matters: repeated prompts, an acquired item near the pool, U that float32 rounds. */
const switchingContext = (): PolicyContext =>
  policyContext({
    pool: Int32Array.of(0, 1, 2, 3, 4, 5, 8),
    acquired: Int32Array.of(6, 7),
    promptOf: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 0, 1),
    batch: 7,
    measures: { epistemic: Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1) },
    neighbours: buildNeighbourSource({ values: Float32Array.of(10, 11, 13, 16, 20, 25, 12), dimension: 1 }, 7),
  });
