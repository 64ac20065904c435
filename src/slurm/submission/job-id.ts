/** `123`, or `123;cluster` of a federation, on a line of its own. */
const JOB_ID = /^(\d+)(?:;[\w.-]+)?$/;

/** The job id in what `sbatch --parsable` printed, whatever a site prints before it; null when there is none. */
export function parseJobId(printed: string): string | null {
  const lines = printed.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => JOB_ID.test(line));
  return last === undefined ? null : (JOB_ID.exec(last)?.[1] ?? null);
}
