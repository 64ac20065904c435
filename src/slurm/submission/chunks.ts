/** Arrays of jobs: for each array its jobs, for each job the ids of its units in order. */
export type Chunks = readonly (readonly (readonly string[])[])[];

/** Sizes of jobs and arrays. */
export interface ChunkLimits {
  /** Units per job. */
  readonly tasksPerJob: number;
  /** MaxArraySize: jobs per array, because indices begin at 0. */
  readonly arraySize: number;
  /** Total number of jobs; null: no limit. */
  readonly jobs: number | null;
}

/** Packs units into jobs and jobs into arrays, in their order; units beyond `jobs` are left for another submission. */
export function chunkUnits(ids: readonly string[], limits: ChunkLimits): Chunks {
  const jobs = slices(ids, limits.tasksPerJob).slice(0, limits.jobs ?? undefined);
  return slices(jobs, limits.arraySize);
}

function slices<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_value, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Jobs that each array may run at the same time, so that together they keep to the limit; at least one each. */
export function shareConcurrent(most: number | null, chunks: Chunks): (number | null)[] {
  if (most === null) return chunks.map(() => null);
  const least = Math.floor(most / chunks.length);
  return chunks.map((_chunk, index) => Math.max(1, least + (index < most % chunks.length ? 1 : 0)));
}
