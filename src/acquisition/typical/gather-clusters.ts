import type { TypicalChoice } from './pick-typical.ts';

/** One cluster while a batch is picked. */
export interface Cluster {
  /** How many distinct prompts it has, labelled ones included. */
  readonly prompts: number;
  /** Labels of its prompts, picks included. */
  readonly labels: () => number;
  readonly isEmpty: () => boolean;
  /** Takes the next item: of the prompt with the fewest labels, the most typical of those, the first in the pool. */
  readonly take: () => { readonly number: number; readonly item: number };
}

interface Waiting {
  readonly number: number;
  /** Where its items stand in the pool, ascending. */
  readonly positions: number[];
  labels: number;
}

/** The clusters that have prompts, by number. */
export function gatherClusters(choice: TypicalChoice): readonly Cluster[] {
  const waiting = waitingPrompts(choice);
  const members = new Map<number, number[]>();
  choice.clusterOf.forEach((cluster, prompt) => {
    if (cluster === -1) return;
    const known = members.get(cluster);
    if (known) known.push(prompt);
    else members.set(cluster, [prompt]);
  });
  return [...members].sort(([one], [other]) => one - other).map(([, prompts]) => gather(prompts));

  function gather(prompts: readonly number[]): Cluster {
    const left = prompts.flatMap((prompt) => waiting.get(prompt) ?? []);
    let items = left.reduce((sum, { positions }) => sum + positions.length, 0);
    let labels = prompts.reduce((sum, prompt) => sum + choice.labels[prompt]!, 0);
    return {
      prompts: prompts.length,
      labels: () => labels,
      isEmpty: () => items === 0,
      take: () => {
        const open = left.filter(({ positions }) => positions.length > 0);
        const next = open.reduce((best, other) => (isBefore(other, best, choice) ? other : best));
        labels++;
        items--;
        next.labels++;
        return { number: next.number, item: choice.pool[next.positions.shift()!]! };
      },
    };
  }
}

function isBefore(one: Waiting, other: Waiting, { meanDistance }: TypicalChoice): boolean {
  const difference = one.labels - other.labels || meanDistance[one.number]! - meanDistance[other.number]!;
  return difference === 0 ? one.positions[0]! < other.positions[0]! : difference < 0;
}

function waitingPrompts({ pool, promptOf, labels }: TypicalChoice): ReadonlyMap<number, Waiting> {
  const waiting = new Map<number, Waiting>();
  pool.forEach((item, position) => {
    const number = promptOf[item]!;
    const known = waiting.get(number);
    if (known) known.positions.push(position);
    else waiting.set(number, { number, positions: [position], labels: labels[number]! });
  });
  return waiting;
}
