import { smallest } from '../math/smallest.ts';
import { promptDistances } from './prompt-distances.ts';
import type { Revisit } from './revisit-batch.ts';

/** An item that was acquired before a pick, and in which round (that of the pick itself: an earlier pick of its batch). */
interface AcquiredItem {
  readonly id: string;
  readonly round: number;
}

/** A prompt acquired before a pick: its distance to the pick's prompt, and the items that brought it. */
export interface NearbyPrompt {
  readonly distance: number;
  readonly items: readonly AcquiredItem[];
}

/**
 * For each of the first `picks` picks of the batch the `count` nearest prompts among all that was acquired before it, earlier
 * picks of the batch included; nearest first, the one acquired first on ties.
 */
export async function nearestAcquired(revisit: Revisit, picks: number, count: number): Promise<NearbyPrompt[][]> {
  const picked = itemsOf([revisit.batch]).slice(0, picks);
  const known = createAcquired(revisit);
  for (const item of itemsOf(revisit.earlier)) known.add(item);
  const prompts = [...new Set([...known.prompts(), ...picked.map(({ id }) => known.promptOf(id))])];
  const distances = await distancesFrom(
    revisit,
    prompts,
    picked.map(({ id }) => known.promptOf(id)),
  );
  return picked.map((item, pick) => {
    const near = nearest(known, distances.subarray(pick * prompts.length, (pick + 1) * prompts.length), count);
    known.add(item);
    return near;
  });
}

const itemsOf = (batches: readonly { readonly ids: readonly string[]; readonly round: number }[]): AcquiredItem[] =>
  batches.flatMap(({ ids, round }) => ids.map((id) => ({ id, round })));

/** Acquired items by prompt number, prompts in order of acquisition. */
interface Acquired {
  readonly promptOf: (id: string) => number;
  readonly add: (item: AcquiredItem) => void;
  readonly prompts: () => readonly number[];
  readonly itemsOf: (prompt: number) => readonly AcquiredItem[];
}

function createAcquired({ problem }: Revisit): Acquired {
  const { promptOf, indexOf } = problem.pool;
  const groups = new Map<number, AcquiredItem[]>();
  const promptOfId = (id: string): number => promptOf[indexOf.get(id)!]!;
  return {
    promptOf: promptOfId,
    add: (item) => {
      const prompt = promptOfId(item.id);
      const group = groups.get(prompt);
      if (group === undefined) groups.set(prompt, [item]);
      else group.push(item);
    },
    prompts: () => [...groups.keys()],
    itemsOf: (prompt) => [...(groups.get(prompt) ?? [])],
  };
}

/** Distances from some of the prompts to all of them, row-major. */
async function distancesFrom(
  { problem, workbench }: Revisit,
  prompts: readonly number[],
  from: readonly number[],
): Promise<Float64Array> {
  const placeOf = new Map(prompts.map((prompt, place) => [prompt, place]));
  const rows = Int32Array.from(prompts, (prompt) => problem.pool.promptRows[prompt]!);
  const queries = Int32Array.from(from, (prompt) => placeOf.get(prompt)!);
  return promptDistances(await workbench.worker(), problem.store, { rows, queries });
}

/** The prompts known so far come first in `distances`: they were acquired before, or in the order of the picks. */
function nearest(known: Acquired, distances: Float64Array, count: number): NearbyPrompt[] {
  const prompts = known.prompts();
  return Array.from(smallest(distances.subarray(0, prompts.length), count), (place) => ({
    distance: distances[place]!,
    items: known.itemsOf(prompts[place]!),
  }));
}
