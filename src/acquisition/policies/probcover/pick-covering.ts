import { drawWithoutReplacement } from '../../../random/stream.ts';
import { neighboursOf } from '../../context.ts';
import { createBlockMaxima } from '../../kernels/block-maxima.ts';
import { type Copies, countCopies, positionsOfPrompts } from '../../kernels/copies.ts';
import type { Pick, PolicyContext } from '../../policy.ts';
import { createCoverage } from './coverage.ts';
import { coverageRows } from './coverage-rows.ts';
import { medianReach } from './median-reach.ts';

/** Options of ProbCover. */
export interface CoverSettings {
  readonly radius: number | null;
  readonly reach: number;
  readonly neighbours: number;
}

const TAKEN = -1;

/**
 * Picks the item that covers most uncovered items, the earlier in the pool on ties, again and again; once nothing is
 * left to cover the rest is drawn at random.
 */
export async function pickCovering(context: PolicyContext, settings: CoverSettings): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const { graph } = neighboursOf(context);
  const copies = countCopies(context.promptOf, graph.size, context);
  const radius = settings.radius ?? medianReach(graph, settings.reach);
  const rows = coverageRows(graph, radius, settings.neighbours);
  if (rows.truncated > 0) context.note(truncatedNote(context, rows.truncated, radius, settings.neighbours));
  const picks = pickGreedily(context, copies, createCoverage(graph, rows.extent, copies));
  return [...picks, ...drawRest(context, picks)];
}

function pickGreedily(
  { pool, batch, promptOf }: PolicyContext,
  { remaining }: Copies,
  { gains, cover }: ReturnType<typeof createCoverage>,
): readonly Pick[] {
  const promptAt = pool.map((item) => promptOf[item]!);
  const positions = positionsOfPrompts(promptAt, remaining);
  const scores = Float64Array.from(promptAt, (prompt) => gains[prompt]!);
  const maxima = createBlockMaxima(scores);
  const picks: Pick[] = [];
  while (picks.length < Math.min(batch, pool.length)) {
    const position = maxima.argmax();
    const covered = scores[position]!;
    if (covered <= 0) break;
    picks.push({ item: pool[position]!, score: covered, terms: {} });
    scores[position] = TAKEN;
    maxima.changed(position);
    cover(promptAt[position]!, lower);
  }
  return picks;

  function lower(prompt: number): void {
    for (let at = positions.offsets[prompt]!; at < positions.offsets[prompt + 1]!; at++) {
      const position = positions.values[at]!;
      if (scores[position] === TAKEN) continue;
      scores[position] = gains[prompt]!;
      maxima.changed(position);
    }
  }
}

function drawRest(context: PolicyContext, picks: readonly Pick[]): readonly Pick[] {
  const missing = Math.min(context.batch, context.pool.length) - picks.length;
  if (missing === 0) return [];
  context.note(
    `In round ${context.round} ${picks.length} picks cover what was uncovered: the other ${missing} of the batch are drawn at random`,
  );
  const taken = new Set(picks.map(({ item }) => item));
  const left = Array.from(context.pool).filter((item) => !taken.has(item));
  return drawWithoutReplacement(context.stream, left, missing).map((item) => ({ item, score: 0, terms: {} }));
}

const truncatedNote = ({ round }: PolicyContext, prompts: number, radius: number, most: number): string =>
  `In round ${round} ${prompts} prompts have more than ${most} within ${radius.toPrecision(4)}: each covers the ${most} nearest only`;
