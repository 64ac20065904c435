import type { Problem } from '../../loop/problem/problem.ts';

/** What a run directory takes on disk, at most about. */
export interface RunDisk {
  /** Events, metrics and the other records, which stay. */
  readonly keptMiB: number;
  /** What lies there on top while the run works: posteriors and the neighbour graph; null where posteriors are the user's own. */
  readonly workMiB: number | null;
}

/** What decides it: rounds, labels in all, and parameters of all heads (null: unknown). */
interface RunSize {
  readonly rounds: number;
  readonly labels: number;
  readonly parameters: number | null;
}

/** Bytes measured on runs of every kind, rounded up: once, a round, a round and measured split, and a label (its id apart). */
const BYTES = { run: 16_384, round: 4_500, split: 4_500, label: 450 } as const;
/** The two newest posteriors stay, a third is being written. */
const POSTERIORS = 3;
/** An id stands in the events, in acquired.jsonl and in labels.jsonl. */
const TIMES_ID = 3;
/** Neighbours a prompt has in the graph's file about, 8 bytes each. */
const NEIGHBOURS = 64;

/** Tells what a run writes; texts for people who label are not in it. */
export function runDisk({ rounds, labels, parameters }: RunSize, problem: Problem): RunDisk {
  const { pool, evaluated, measurePool, measureLabelled } = problem;
  const splits = evaluated.length + Number(measurePool) + Number(measureLabelled);
  const idBytes = pool.ids.reduce((sum, id) => sum + Buffer.byteLength(id), 0) / pool.ids.length;
  const kept = BYTES.run + rounds * (BYTES.round + splits * BYTES.split) + labels * (BYTES.label + TIMES_ID * idBytes);
  const graph = 8 * NEIGHBOURS * pool.promptRows.length;
  return {
    keptMiB: kept / 2 ** 20,
    workMiB: parameters === null ? null : (POSTERIORS * 4 * parameters + graph) / 2 ** 20,
  };
}
