import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { freePorts } from './free-ports.ts';

/** The cluster to start; what is left out is as given here. */
export interface SlurmOptions {
  /** Nodes n1, n2, …: 2. */
  readonly nodes?: number;
  /** CPUs that a node says it has, whatever this host has: 4. */
  readonly cpus?: number;
  /** Memory that a node says it has: 4000. */
  readonly memoryMb?: number;
  /** GPUs of a node, at most four, none of them real: 0. */
  readonly gpus?: number;
  /** Whether a preempted job gets the signal of its `--signal` first (`preempt_send_user_signal`): true. */
  readonly warnsPreempted?: boolean;
  /** Seconds from a preemption to its end: 5. */
  readonly graceSeconds?: number;
  /** The largest array index and one: 1001. */
  readonly maxArraySize?: number;
  /** Seconds between TERM and KILL: 3. */
  readonly killWaitSeconds?: number;
  /** Seconds for which an ended job is known; fewer than 10 act as 10, and they are looked at every 10 s: a day. */
  readonly minJobAgeSeconds?: number;
  /** More lines of slurm.conf, such as `JobRequeue=0`; the last of a name holds. */
  readonly lines?: readonly string[];
}

/** A real Slurm on this host; jobs run in the partition `main`, which those of `high` preempt. */
export interface Slurm {
  /** What commands of Slurm need to reach this one: SLURM_CONF, and PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** The directory of its configuration, logs and state; it is gone after `down`. */
  readonly root: string;
  /** Kills all that runs on a node, its daemon included, and says that the node is down. */
  readonly failNode: (name: string) => Promise<void>;
  /** Starts a node again; resolves when it takes jobs. */
  readonly recoverNode: (name: string) => Promise<void>;
  /** Ends every process of the cluster and its jobs, and removes its directory. */
  readonly down: () => Promise<void>;
}

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'mini-slurm.sh');
/** Ports are found and then taken: somebody else may be faster. */
const TRIES = 3;

/** Starts a Slurm; it ends with `down`, and with this process at the latest. @throws with its logs when it does not start. */
export async function startSlurm(options: SlurmOptions = {}): Promise<Slurm> {
  const failures: string[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const root = mkdtempSync('/tmp/ms-'); // TMPDIR may be long, and the paths of sockets are short
    const settings = settingsOf(options, root, await freePorts((options.nodes ?? 2) + 1));
    const slurm = await guard(root, settings);
    if (typeof slurm !== 'string') return slurm;
    failures.push(slurm);
  }
  throw new Error(`Cannot start Slurm:\n${failures.join('\n')}`);
}

function settingsOf(options: SlurmOptions, root: string, ports: readonly number[]): Record<string, string> {
  const { warnsPreempted = true, maxArraySize = 1001, killWaitSeconds = 3, minJobAgeSeconds = 86_400 } = options;
  const lines = [
    ...(warnsPreempted ? ['SlurmctldParameters=preempt_send_user_signal'] : []),
    `MaxArraySize=${maxArraySize}`,
    `KillWait=${killWaitSeconds}`,
    `MinJobAge=${minJobAgeSeconds}`,
    ...(options.lines ?? []),
  ];
  return {
    MINI_SLURM_ROOT: root,
    MINI_SLURM_PORTS: ports.join(' '),
    MINI_SLURM_NODE: `CPUs=${options.cpus ?? 4} RealMemory=${options.memoryMb ?? 4000}`,
    MINI_SLURM_GPUS: String(options.gpus ?? 0),
    MINI_SLURM_GRACE: String(options.graceSeconds ?? 5),
    MINI_SLURM_EXTRA: lines.join('\n'),
  };
}

/** Starts the process that ends the cluster when its stdin does; what it said if it could not start one. */
async function guard(root: string, settings: Record<string, string>): Promise<Slurm | string> {
  const guardian = execa(SCRIPT, ['guard'], {
    env: settings,
    stdin: 'pipe',
    detached: true, // Ctrl-C is not for it
    cleanup: false,
    reject: false,
  });
  const isReady = await Promise.race([once(guardian.stdout, 'data').then(() => true), guardian.then(() => false)]);
  return isReady ? slurmOf(root, settings, guardian) : (await guardian).stderr;
}

type Guardian = PromiseLike<unknown> & { readonly stdin: { readonly end: () => unknown } };

function slurmOf(root: string, settings: Record<string, string>, guardian: Guardian): Slurm {
  const script = async (...args: string[]): Promise<void> => {
    await execa(SCRIPT, args, { env: settings });
  };
  return {
    env: { SLURM_CONF: join(root, 'etc/slurm.conf'), PATH: process.env['PATH'] ?? '' },
    root,
    failNode: (name) => script('fail', name),
    recoverNode: (name) => script('recover', name),
    down: async () => {
      guardian.stdin.end();
      await guardian;
    },
  };
}
