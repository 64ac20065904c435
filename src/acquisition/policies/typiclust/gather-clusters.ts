import { type Lists, listsOfSizes, positionsOfPrompts } from '../../kernels/copies.ts';

/** What TypiClust chooses from: items of the pool by prompt, prompts by cluster. */
export interface TypicalChoice {
  readonly pool: Int32Array;
  readonly picks: number;
  readonly promptOf: Int32Array;
  /** Acquired items of every prompt (U). */
  readonly labels: Int32Array;
  /** Cluster of every prompt (U), −1 for none. */
  readonly clusterOf: Int32Array;
  /** Mean distance to the nearest prompts (U). */
  readonly meanDistance: Float64Array;
  readonly minCluster: number;
}

/** One cluster while a batch is picked. */
export interface Cluster {
  /** How many distinct prompts it has, labelled ones included. */
  readonly prompts: number;
  /** Labels of its prompts, picks included. */
  readonly labels: () => number;
  readonly isEmpty: () => boolean;
  /** Takes the next item: of the prompt with the fewest labels, the most typical of those, the first in the pool. */
  readonly take: () => { readonly prompt: number; readonly item: number };
}

/** The clusters by number; those without prompts are empty. */
export function gatherClusters(choice: TypicalChoice): readonly Cluster[] {
  const { pool, promptOf, clusterOf } = choice;
  const labels = choice.labels.slice();
  const remaining = new Int32Array(labels.length);
  const promptAt = pool.map((item) => promptOf[item]!);
  for (let position = 0; position < promptAt.length; position++) remaining[promptAt[position]!]!++;
  const positions = positionsOfPrompts(promptAt, remaining);
  const next = positions.offsets.slice(0, -1);
  const members = membersOf(clusterOf);
  return Array.from({ length: members.offsets.length - 1 }, (_, cluster) =>
    gather(members.values.subarray(members.offsets[cluster], members.offsets[cluster + 1])),
  );

  function gather(prompts: Int32Array): Cluster {
    let items = prompts.reduce((sum, prompt) => sum + remaining[prompt]!, 0);
    let labelled = prompts.reduce((sum, prompt) => sum + labels[prompt]!, 0);
    return {
      prompts: prompts.length,
      labels: () => labelled,
      isEmpty: () => items === 0,
      take: () => {
        const open = prompts.filter((prompt) => next[prompt]! < positions.offsets[prompt + 1]!);
        const prompt = open.reduce((best, other) => (isBefore(other, best) ? other : best));
        items--;
        labelled++;
        labels[prompt]!++;
        return { prompt, item: pool[positions.values[next[prompt]!++]!]! };
      },
    };
  }

  function isBefore(one: number, other: number): boolean {
    const difference = labels[one]! - labels[other]! || choice.meanDistance[one]! - choice.meanDistance[other]!;
    return difference === 0 ? firstPosition(one) < firstPosition(other) : difference < 0;
  }

  function firstPosition(prompt: number): number {
    return positions.values[next[prompt]!]!;
  }
}

/** The prompts of every cluster, ascending; −1 is no cluster. */
function membersOf(clusterOf: Int32Array): Lists {
  const sizes = new Int32Array(clusterOf.reduce((most, cluster) => Math.max(most, cluster), -1) + 1);
  for (let prompt = 0; prompt < clusterOf.length; prompt++) if (clusterOf[prompt] !== -1) sizes[clusterOf[prompt]!]!++;
  const lists = listsOfSizes(sizes);
  const next = lists.offsets.slice();
  for (let prompt = 0; prompt < clusterOf.length; prompt++) {
    if (clusterOf[prompt] !== -1) lists.values[next[clusterOf[prompt]!]!++] = prompt;
  }
  return lists;
}
