/** Selects a part of a job's log. */
export interface LogPart {
  /** SLURM_RESTART_COUNT of that start of the job. */
  readonly restart: number;
  readonly unit: string;
  /** The other units of that job. */
  readonly others: readonly string[];
  /** Whether the attempt has ended: what follows its last line concerns other units. */
  readonly isOver: boolean;
}

/** Lines of an attempt. */
export interface CutLog {
  readonly lines: readonly string[];
  /** Whether the job has started once more since. */
  readonly isClosed: boolean;
}

const HEADER = /^balpm: \S+ job=\S+ restart=(\d+) /;

/**
 * The lines of a log that belong to one attempt at one unit: from the header of that start of the job to the next. If
 * the job has several units, leaves out the lines of other units and those outside the attempt's start and end.
 * Null when the log does not have that start.
 */
export function cutLog(text: string, part: LogPart): CutLog | null {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const first = lines.findLastIndex((line) => Number(HEADER.exec(line)?.[1] ?? -1) === part.restart);
  if (first === -1) return null;
  const next = lines.findIndex((line, index) => index > first && HEADER.test(line));
  const start = lines.slice(first, next === -1 ? undefined : next);
  const own = part.others.length === 0 ? start : [lines[first] ?? '', ...ownLines(start.slice(1), part)];
  return { lines: own, isClosed: next !== -1 };
}

function ownLines(lines: readonly string[], { unit, others, isOver }: LogPart): string[] {
  const begin = lines.indexOf(`${unit}: begins`);
  if (begin === -1) return [];
  const end = isOver ? endOf(lines, unit) : lines.length;
  const foreign = new Set(others);
  return lines.slice(begin, end).filter((line) => !foreign.has(line.slice(0, Math.max(0, line.indexOf(': ')))));
}

/** Index after the attempt's last line and its continuation: further lines of a message are indented. */
function endOf(lines: readonly string[], unit: string): number {
  let end = lines.findLastIndex((line) => line.startsWith(`${unit}: `)) + 1;
  while (lines[end]?.startsWith('  ')) end += 1;
  return end;
}
