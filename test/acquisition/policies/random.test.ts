import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { NO_NEEDS } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { policyContext } from '../oracles/policy-context.ts';

const pool = Int32Array.of(3, 8, 5, 2, 9, 7);
const promptOf = new Int32Array(10);

const draw = async (name: number): Promise<number[]> => {
  const context = policyContext({ pool, promptOf, batch: 2, stream: openStream(['test', name]) });
  return (await createPolicy('random').select(context)).map((pick) => pick.item);
};

describe('random', () => {
  it('picks every item equally often', async () => {
    const counts = new Map<number, number>();
    for (let name = 0; name < 3000; name++)
      for (const item of await draw(name)) counts.set(item, (counts.get(item) ?? 0) + 1);
    // 1000 expected, standard deviation 26.
    for (const item of pool) expect(Math.abs(counts.get(item)! - 1000)).toBeLessThan(110);
  });

  it('has neither score nor terms', async () => {
    const [pick] = await createPolicy('random').select(policyContext({ pool, promptOf }));
    expect(pick).toMatchObject({ score: null, terms: {} });
  });

  it('needs nothing', () => {
    expect(createPolicy('random').needs).toEqual(NO_NEEDS);
  });
});
