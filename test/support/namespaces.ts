import { spawnSync } from 'node:child_process';

/** Words that run what follows them in namespaces of their own: other host names, numbers of processes, mounts. */
export const NAMESPACES = {
  plain: [],
  host: ['unshare', '--uts', 'sh', '-c', 'hostname other; exec "$@"', '-'],
  processes: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  'processes, /proc of outside': ['unshare', '--pid', '--fork', '--kill-child'],
  mounts: ['unshare', '--mount'],
  container: ['unshare', '--uts', '--ipc', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
} as const satisfies Record<string, readonly string[]>;
export type Namespace = keyof typeof NAMESPACES;

/** Words that run what follows them where the kernel's start has the id in a file, as another kernel's would. */
export const onKernel = (bootIdFile: string): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `mount --bind '${bootIdFile}' /proc/sys/kernel/random/boot_id; exec "$@"`,
  '-',
];

/** Whether namespaces can be made here; says why not. */
export function canMakeNamespaces(): boolean {
  const { status, stderr } = spawnSync('unshare', ['--uts', '--pid', '--fork', '--mount-proc', 'true'], {
    encoding: 'utf8',
  });
  if (status !== 0) process.stderr.write(`skipped: namespaces cannot be made (${stderr ?? 'no unshare'})\n`);
  return status === 0;
}
