import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';
import { rankSlowlyByGroup } from '../oracles/rank-slowly-by-group.ts';

const contextWith = (parts: Partial<PolicyContext> = {}): PolicyContext =>
  policyContext({
    pool: Int32Array.of(5, 4, 3, 2, 1, 0),
    promptOf: Int32Array.of(0, 0, 1, 1, 2, 2),
    batch: 3,
    measures: { epistemic: Float64Array.of(0.9, 0.8, 0.3, 0.7, 0.3, 0.2) },
    ...parts,
  });

const picksIn = async (context: PolicyContext) => createPolicy('clustered-rank').select(context);

describe('clustered-rank', () => {
  it('equals a slow search for the best item of an untouched group in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const context = randomInstance(number);
      const picks = await picksIn(context);
      const items = rankSlowlyByGroup(context, Array.from(context.measures.epistemic!));
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(items);
    }
  });

  it('takes at most one item of each prompt', async () => {
    expect(await picksIn(contextWith())).toEqual([
      { item: 5, score: 0.9, terms: { epistemic: 0.9, pass: 1 } },
      { item: 2, score: 0.7, terms: { epistemic: 0.7, pass: 1 } },
      { item: 1, score: 0.3, terms: { epistemic: 0.3, pass: 1 } },
    ]);
  });

  it('takes at most one item of each group when there are groups', async () => {
    const groups = Int32Array.of(7, 7, 7, -1, -1, 3);
    expect((await picksIn(contextWith({ groups }))).map((pick) => pick.item)).toEqual([5, 4, 2]);
  });

  it('goes through the groups again when they are fewer than the batch, and says so', async () => {
    const notes: string[] = [];
    const context = contextWith({ batch: 5, round: 2, note: (sentence) => notes.push(sentence) });
    const picks = await picksIn(context);
    expect(picks.map((pick) => [pick.item, pick.terms.pass])).toEqual([
      [5, 1],
      [2, 1],
      [1, 1],
      [4, 2],
      [3, 2],
    ]);
    expect(notes).toEqual([
      'In round 2 the pool has fewer groups (3) than there are items to pick (5): groups are gone through again',
    ]);
  });

  it('says nothing when the groups suffice', async () => {
    const notes: string[] = [];
    await picksIn(contextWith({ note: (sentence) => notes.push(sentence) }));
    expect(notes).toEqual([]);
  });
});
