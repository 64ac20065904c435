/**
 * Moves label positions apart until neighbours are at least `gap` from each other, keeping their order and their common
 * centre. Returned in the order given.
 */
export function spreadLabels(positions: readonly number[], gap: number): number[] {
  const order = positions
    .map((_, index) => index)
    .toSorted((left, right) => at(positions, left) - at(positions, right));
  const clusters: Cluster[] = [];
  for (const index of order) {
    clusters.push({ members: [index], centre: at(positions, index) });
    while (clusters.length > 1 && overlap(clusters.at(-2) as Cluster, clusters.at(-1) as Cluster, gap))
      mergeLastTwo(clusters);
  }
  return placed(clusters, gap, positions.length);
}

interface Cluster {
  readonly members: readonly number[];
  readonly centre: number;
}

const at = (values: readonly number[], index: number): number => values[index] as number;

const overlap = (lower: Cluster, upper: Cluster, gap: number): boolean =>
  upper.centre - lower.centre < (gap * (lower.members.length + upper.members.length)) / 2;

function mergeLastTwo(clusters: Cluster[]): void {
  const upper = clusters.pop() as Cluster;
  const lower = clusters.pop() as Cluster;
  const members = [...lower.members, ...upper.members];
  const weight = lower.centre * lower.members.length + upper.centre * upper.members.length;
  clusters.push({ members, centre: weight / members.length });
}

function placed(clusters: readonly Cluster[], gap: number, count: number): number[] {
  const result = Array.from({ length: count }, () => 0);
  for (const { members, centre } of clusters) {
    members.forEach((index, rank) => {
      result[index] = centre + gap * (rank - (members.length - 1) / 2);
    });
  }
  return result;
}
