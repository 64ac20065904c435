/** For each of some rows the others nearest to it so far, ascending by (distance, id). */
export interface NearestLists {
  /** Offers a row another one at a distance. */
  readonly offer: (row: number, other: number, distance: number) => void;
  /** Row-major, rows × kept; places without a neighbour hold distance +inf. */
  readonly ids: Int32Array;
  readonly distances: Float64Array;
  /** Squared distance beyond which nothing enters a row's list, rounded up (rows). */
  readonly limits: Float64Array;
}

// More than the rounding of a square root and its square.
const ROUNDING = 1 + 1e-9;

/** Empty lists that keep `kept` (at least 1) neighbours of each of `rows` rows. */
export function createNearestLists(rows: number, kept: number): NearestLists {
  const ids = new Int32Array(rows * kept);
  const distances = new Float64Array(rows * kept).fill(Infinity);
  const limits = new Float64Array(rows).fill(Infinity);
  return { ids, distances, limits, offer };

  function offer(row: number, other: number, distance: number): void {
    const [first, last] = [row * kept, (row + 1) * kept - 1];
    if (!isBefore(distance, other, last)) return;
    let at = last;
    for (; at > first && isBefore(distance, other, at - 1); at--) {
      distances[at] = distances[at - 1]!;
      ids[at] = ids[at - 1]!;
    }
    distances[at] = distance;
    ids[at] = other;
    limits[row] = distances[last]! ** 2 * ROUNDING;
  }

  function isBefore(distance: number, other: number, at: number): boolean {
    return distance < distances[at]! || (distance === distances[at]! && other < ids[at]!);
  }
}
