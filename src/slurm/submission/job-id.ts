/** `123`, or `123;cluster` of a federation, on a separate line. */
const JOB_ID = /^(\d+)(?:;[\w.-]+)?$/;

/** The job id in the output of `sbatch --parsable`, after anything that a site prints; null if there is none. */
export function parseJobId(printed: string): string | null {
  const lines = printed.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => JOB_ID.test(line));
  return last === undefined ? null : (JOB_ID.exec(last)?.[1] ?? null);
}
