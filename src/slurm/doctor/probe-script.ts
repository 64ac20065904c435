import { join } from 'node:path';
import { JobShape, type SlurmProfile } from '../site/profile.ts';
import { renderScript } from '../submission/render-script.ts';
import { shellWord } from '../submission/shell-word.ts';
import { startCommand } from '../submission/start-command.ts';

/** Files in the folder of the test: the one that this host writes, and the one that the node writes. */
export const PROBE = 'probe';
export const ANSWER = 'answer';

/**
 * A job of one minute: reads the probe, writes its time, its node and its version of balpm, and renames that file into
 * place.
 */
export function probeScript(folder: string, profile: SlurmProfile): string {
  const [probe, part, answer] = [PROBE, `${ANSWER}.part`, ANSWER].map((name) => shellWord(join(folder, name)));
  const command = startCommand(profile).map(shellWord).join(' ');
  return renderScript({
    title: ['test of a shared directory, written by `balpm slurm doctor`'],
    jobName: 'balpm-doctor',
    comment: 'balpm:doctor',
    array: null,
    log: `${folder.replaceAll('%', '%%')}/%j.out`,
    workdir: folder,
    body: [
      `{ date +%s.%N; echo "\${SLURMD_NODENAME:-$(hostname)}"; cat ${probe}; ${command} --version 2>&1 | tail -n 1 || true; } > ${part}`,
      `mv -f ${part} ${answer}`,
    ],
    profile,
    job: JobShape.parse({ minutes: 1, memGb: 0.5, requeue: false }),
  });
}
