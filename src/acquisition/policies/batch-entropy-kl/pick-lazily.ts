import { dataError } from '../../../base/errors.ts';
import { createBlockMaxima } from '../../kernels/block-maxima.ts';
import type { Lists } from '../../kernels/copies.ts';
import type { Pick } from '../../policy.ts';
import type { DistanceRows } from './distance-rows.ts';
import type { NearestAcquired } from './nearest-acquired.ts';

/** One round of greedy picks: what is fixed while it lasts, and the lists and rows that grow with it. */
export interface LazyRound {
  readonly pool: Int32Array;
  readonly picks: number;
  /** U of every position. */
  readonly epistemic: Float64Array;
  /** Prompt at every position. */
  readonly promptAt: Int32Array;
  /** Positions of every prompt. */
  readonly positions: Lists;
  /** What h is multiplied by; at least 0. */
  readonly weight: number;
  /** Whether a prompt counts once, however many of its items are acquired. */
  readonly distinct: boolean;
  /** How much is acquired already: prompts if `distinct`, else items. */
  readonly acquired: number;
  readonly nearest: NearestAcquired;
  readonly rows: DistanceRows;
}

const TAKEN = -Infinity;

// Rows fetched ahead in one call, at most.
const AHEAD = 16;
// How often the leaders are scored again before their rows are fetched, at most: a row that is not needed costs more.
const PASSES = 8;

/**
 * Picks the largest U + weight · h, h = ln(2·D + 1e-4), D the distance to the k-th nearest acquired, again and again.
 * D only falls as picks are added, so a score from an older or an incomplete list is an upper bound: an item is scored
 * again, and its list settled, only when it comes out on top.
 */
export async function pickLazily(round: LazyRound): Promise<readonly Pick[]> {
  const { epistemic, promptAt, nearest, rows } = round;
  const entropy = new Float64Array(nearest.counted.length);
  const scores = new Float64Array(round.pool.length);
  const maxima = createBlockMaxima(scores);
  let acquired = round.acquired;
  scoreAll();
  const picks: Pick[] = [];
  while (picks.length < round.picks) {
    const position = maxima.argmax();
    const prompt = promptAt[position]!;
    if (isOutdated(prompt)) scorePrompt(prompt);
    else if (nearest.isExact(prompt)) await pick(position, prompt);
    else await settle(prompt);
  }
  return picks;

  async function pick(position: number, prompt: number): Promise<void> {
    picks.push(explain(position));
    scores[position] = TAKEN;
    maxima.changed(position);
    if (picks.length < round.picks) await countPick(prompt);
  }

  async function settle(prompt: number): Promise<void> {
    nearest.settle(prompt, await readRow(prompt));
    scorePrompt(prompt);
  }

  async function countPick(prompt: number): Promise<void> {
    if (isRepeat(prompt)) return;
    nearest.count(prompt, 1, await readRow(prompt));
    acquired++;
    // Until k are acquired the farthest counts, and with one more it is farther for everybody.
    if (acquired <= nearest.k) scoreAll();
  }

  function isRepeat(prompt: number): boolean {
    return round.distinct && nearest.counted[prompt]! + nearest.uncounted[prompt]! > 0;
  }

  /** A row and, when it must be fetched, those that will probably be wanted next. */
  async function readRow(prompt: number): Promise<Float64Array> {
    if (rows.get(prompt) === undefined) {
      nearest.enterAll();
      await rows.fetch([prompt, ...leaders()]);
    }
    return rows.get(prompt)!;
  }

  function leaders(): readonly number[] {
    const near = topPrompts();
    for (let pass = 0; pass < PASSES && near.some(isOutdated); pass++) {
      near.filter(isOutdated).forEach(scorePrompt);
      near.splice(0, near.length, ...topPrompts());
    }
    return near.filter((prompt) => !isRepeat(prompt) || !nearest.isExact(prompt));
  }

  function topPrompts(): number[] {
    const near = maxima.leaders(Math.min(rows.block, AHEAD)).filter((position) => scores[position] !== TAKEN);
    return near.map((position) => promptAt[position]!);
  }

  function isOutdated(prompt: number): boolean {
    return entropyOf(prompt) !== entropy[prompt];
  }

  function scoreAll(): void {
    const { offsets } = round.positions;
    for (let prompt = 0; prompt < entropy.length; prompt++) {
      if (offsets[prompt + 1]! > offsets[prompt]!) scorePrompt(prompt);
    }
  }

  function scorePrompt(prompt: number): void {
    entropy[prompt] = entropyOf(prompt);
    const { offsets, values } = round.positions;
    for (let at = offsets[prompt]!; at < offsets[prompt + 1]!; at++) {
      const position = values[at]!;
      if (scores[position] === TAKEN) continue;
      scores[position] = epistemic[position]! + round.weight * entropy[prompt];
      maxima.changed(position);
    }
  }

  function entropyOf(prompt: number): number {
    const rank = Math.min(nearest.k, acquired);
    if (rank === 0) return 0;
    const distance = nearest.distance(prompt, rank);
    if (distance === Infinity) throw unknownDistance(prompt);
    return Math.log(2 * distance + 1e-4);
  }

  function explain(position: number): Pick {
    const h = entropy[promptAt[position]!]!;
    const terms = { epistemic: epistemic[position]!, distance: h, entropy: h, weighted: round.weight * h };
    return { item: round.pool[position]!, score: scores[position]!, terms };
  }
}

const unknownDistance = (prompt: number) =>
  dataError(
    `Cannot find what is acquired near prompt ${prompt}: some distances are not finite, finite features are needed`,
  );
