import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the Debian packages slurmctld, slurmd, slurm-client, munge and procps bring. */
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'scontrol', 'ps'];

/**
 * Whether a real Slurm can be started here; says why not: `describe.runIf(slurmOrSkip())`.
 * @throws where CI=true, for there an absent Slurm is a failure.
 */
export function slurmOrSkip(): boolean {
  const missing = PROGRAMS.filter((name) => !isOnPath(name));
  if (missing.length === 0) return true;
  const reason = `Slurm is not installed (no ${missing.join(', ')}); run \`npm run setup -- --test\` as root on Debian`;
  if (process.env['CI'] === 'true') throw new Error(`Cannot test on a real Slurm: ${reason}`);
  process.stderr.write(`skipped: ${reason}\n`);
  return false;
}

function isOnPath(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
