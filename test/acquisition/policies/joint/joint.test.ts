import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import type { Pick, PolicyContext, SampleSource } from '../../../../src/acquisition/policy.ts';
import { computeMeasures } from '../../../../src/measures/compute-measures.ts';
import { openStream } from '../../../../src/random/stream.ts';
import { drawKsgOptions } from '../../oracles/draw-ksg-options.ts';
import { contextOf } from '../../oracles/sampled-world.ts';

const WORLDS = Array.from({ length: 120 }, (_, number) => number);
const SAMPLES = 5;

const itemsOf = (picks: readonly Pick[]): number[] => picks.map(({ item }) => item);

/** Rewards of every answer (samples × answers) of prompts with several, and the pairs that are the pool's items. */
interface Answers {
  readonly pairs: readonly (readonly [number, number])[];
  readonly rewards: readonly (readonly number[])[];
}

/** Rewards in eighths, so that differences and offsets are exact; offsets by prompt and sample. */
function drawAnswers(context: PolicyContext, offset: (prompt: number, sample: number) => number): Answers {
  const stream = openStream(['test', 'answers', context.pool.length, context.promptOf.length]);
  const pairs = Array.from(context.promptOf, (_prompt, item) => [2 * item, 2 * item + 1] as const);
  const rewards = Array.from({ length: SAMPLES }, () =>
    pairs.flatMap(() => [stream.below(9) / 8, stream.below(9) / 8]),
  );
  return {
    pairs,
    rewards: rewards.map((row, sample) =>
      row.map((reward, answer) => reward + offset(context.promptOf[Math.floor(answer / 2)]!, sample)),
    ),
  };
}

function withAnswers(context: PolicyContext, { pairs, rewards }: Answers): PolicyContext {
  const logits = (items: ArrayLike<number>): Float32Array =>
    Float32Array.from(
      rewards.flatMap((row) => Array.from(items, (item) => row[pairs[item]![0]]! - row[pairs[item]![1]]!)),
    );
  const samples: SampleSource = {
    samples: SAMPLES,
    logits: async (items) => logits(items),
    targetLogits: null,
  };
  return { ...context, samples, measures: computeMeasures(logits(context.pool), SAMPLES, ['epistemic']) };
}

/** Variance of the difference of an item's rewards. */
function differenceOf({ pairs, rewards }: Answers, item: number): number {
  const differences = rewards.map((row) => row[pairs[item]![0]]! - row[pairs[item]![1]]!);
  const mean = differences.reduce((sum, value) => sum + value, 0) / SAMPLES;
  return differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SAMPLES;
}

/** The context with some items of the pool only, their measures with them. */
function reducedTo(context: PolicyContext, kept: readonly number[]): PolicyContext {
  const positions = kept.map((item) => context.pool.indexOf(item));
  return {
    ...context,
    pool: Int32Array.from(kept),
    measures: { epistemic: Float64Array.from(positions, (position) => context.measures.epistemic![position]!) },
  };
}

/** Of every prompt the item of the largest variance, in pool order. */
function slowBest({ pool, promptOf }: PolicyContext, answers: Answers): number[] {
  return [...pool].filter((item, position) =>
    [...pool].every((other, at) => {
      if (other === item || promptOf[other] !== promptOf[item]) return true;
      const [mine, its] = [differenceOf(answers, item), differenceOf(answers, other)];
      return mine > its || (mine === its && position < at);
    }),
  );
}

describe('joint', () => {
  it('is batch-entropy, pick by pick, where every prompt has one pair', async () => {
    for (const number of WORLDS) {
      const options = drawKsgOptions(number);
      const one = (): PolicyContext => contextOf(number, {}, { size: { prompts: 14, items: 14 } });
      const expected = await createPolicy('batch-entropy', options).select(one());
      const found = await createPolicy('joint', options).select(one());
      const known = found.map(({ terms: { difference: _difference, ...terms }, ...pick }) => ({ ...pick, terms }));
      expect(known, `world ${number}`).toEqual(expected);
    }
  });

  it('picks of the most uncertain pair of every prompt as batch-entropy does of a pool of these alone', async () => {
    for (const number of WORLDS) {
      const plain = contextOf(number, { batch: 4 }, { size: { prompts: 8, items: 30 } });
      const answers = drawAnswers(plain, () => 0);
      const context = withAnswers(plain, answers);
      const best = slowBest(context, answers);
      const expected = await createPolicy('batch-entropy', { k: 3 }).select(reducedTo(context, best));
      const found = await createPolicy('joint', { k: 3 }).select(context);
      expect(itemsOf(found).slice(0, best.length), `world ${number}`).toEqual(itemsOf(expected).slice(0, 4));
      for (const { item, terms } of found) expect(terms['difference']).toBe(differenceOf(answers, item));
    }
  });

  it('does not change with an offset that each sample adds to all answers of a prompt', async () => {
    for (const number of WORLDS) {
      const plain = contextOf(number, { batch: 12 }, { size: { prompts: 8, items: 30 } });
      const picksOf = (offset: (prompt: number, sample: number) => number): Promise<readonly Pick[]> =>
        createPolicy('joint').select(withAnswers(plain, drawAnswers(plain, offset)));
      const shifted = await picksOf((prompt, sample) => 4 * ((7 * prompt + 13 * sample) % 11) - 16);
      expect(shifted, `world ${number}`).toEqual(await picksOf(() => 0));
    }
  });

  it('asks every prompt once before it asks one again, and goes on as a new round would', async () => {
    const notes: string[] = [];
    const plain = contextOf(
      8,
      { batch: 20, round: 2, acquired: new Int32Array(0) },
      { size: { prompts: 6, items: 30 } },
    );
    const answers = drawAnswers(plain, () => 0);
    const context = { ...withAnswers(plain, answers), note: (sentence: string) => notes.push(sentence) };
    const policy = createPolicy('joint', { k: 2 });
    const picks = itemsOf(await policy.select(context));
    const prompts = new Set(Array.from(context.pool, (item) => context.promptOf[item]!)).size;
    const first = picks.slice(0, prompts);
    expect(new Set(first.map((item) => context.promptOf[item])).size).toBe(prompts);
    expect(notes.filter((note) => note.includes('gone through again'))).toEqual([
      `In round 2 the pool has fewer prompts (${prompts}) than there are items to pick (20): prompts are gone through again`,
    ]);
    const left = [...context.pool].filter((item) => !first.includes(item));
    const next = { ...reducedTo(context, left), acquired: Int32Array.from(first), batch: 20 - prompts };
    expect(picks.slice(prompts)).toEqual(itemsOf(await policy.select(next)));
  });

  it('asks no prompt of a single candidate, which has no pair', async () => {
    const plain = contextOf(5, { batch: 20, acquired: new Int32Array(0) }, { size: { prompts: 4, items: 12 } });
    const paired = [...plain.pool].filter((item) => plain.promptOf[item] !== 2);
    const context = reducedTo(
      withAnswers(
        plain,
        drawAnswers(plain, () => 0),
      ),
      paired,
    );
    expect(paired.length).toBeLessThan(plain.pool.length);
    const picks = itemsOf(await createPolicy('joint', { k: 1 }).select(context));
    expect(picks.toSorted((a, b) => a - b)).toEqual(paired.toSorted((a, b) => a - b));
    expect(await createPolicy('joint', { k: 1 }).select(reducedTo(context, []))).toEqual([]);
  });

  it('takes a pair of equal answers last of its prompt', async () => {
    const plain = contextOf(3, { batch: 1, acquired: new Int32Array(0) }, { size: { prompts: 1, items: 3 } });
    const pool = Int32Array.of(1, 0, 2);
    const rewards = Array.from({ length: SAMPLES }, (_, sample) => [sample, sample, sample, sample, sample, 0]);
    const pairs = [[0, 1] as const, [2, 3] as const, [4, 5] as const];
    const [pick] = await createPolicy('joint', { k: 1 }).select(withAnswers({ ...plain, pool }, { pairs, rewards }));
    expect(pick).toMatchObject({ item: 2, terms: { difference: 2 } });
  });
});
