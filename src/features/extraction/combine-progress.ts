import type { ProgressNote } from '../../worker/client.ts';

/** Metrics of which the largest, not the sum, is that of several processes. */
const LARGEST: ReadonlySet<string> = new Set(['secondsLeft', 'memoryMib', 'peakShare']);

/** One progress of several processes that share a job; each index is one of them. */
export function combineProgress(
  processes: number,
  onProgress: (progress: ProgressNote) => void,
): (index: number) => (progress: ProgressNote) => void {
  const latest: (ProgressNote | undefined)[] = Array.from({ length: processes });
  return (index) => (progress) => {
    latest[index] = progress;
    const counted = latest.filter((each) => each !== undefined && each.total !== null) as ProgressNote[];
    // What is counted in one phase, bytes or pairs, is not what is counted in another.
    const phase = progress.total === null ? counted.at(0)?.note : progress.note;
    const together = counted.filter(({ note }) => note === phase);
    onProgress(together.length === 0 ? progress : sumOf(together));
  };
}

function sumOf(notes: readonly ProgressNote[]): ProgressNote {
  const metrics: Record<string, number> = {};
  for (const each of notes)
    for (const [name, value] of Object.entries(each.metrics)) {
      const before = metrics[name] ?? 0;
      metrics[name] = LARGEST.has(name) ? Math.max(before, value ?? 0) : before + (value ?? 0);
    }
  const sum = (pick: (progress: ProgressNote) => number): number =>
    notes.reduce((total, each) => total + pick(each), 0);
  return {
    done: sum(({ done }) => done),
    total: sum(({ total }) => total ?? 0),
    metrics,
    note: notes[0]?.note ?? null,
  };
}
