import { existsSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError, messageOf } from '../../base/errors.ts';
import { makeDirectory, quotePath, writeFileAtomic } from '../../base/files/files.ts';
import { systemReason } from '../../base/files/system-failure.ts';
import { VERSION } from '../../base/package-info.ts';
import type { Finding } from '../../doctor/finding.ts';
import { callSlurm } from '../site/call-slurm.ts';
import type { SlurmProfile } from '../site/profile.ts';
import { readQueue } from '../site/queue.ts';
import { parseJobId } from '../submission/job-id.ts';
import { ANSWER, PROBE, probeScript } from './probe-script.ts';

/** Options for the test of a directory; without a job, only this host is tested. */
export interface SharedDirectoryTest {
  readonly directory: string;
  readonly profile: SlurmProfile | null;
  /** Seconds that the job may wait for a node. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

const LOOK_MS = 250;

/**
 * Writes, renames and syncs a file here; then a job reads it and writes a reply, which this host waits for. Removes all
 * its files.
 */
export async function examineSharedDirectory(test: SharedDirectoryTest): Promise<Finding[]> {
  const what = 'directory';
  const probed = tryToProbe(resolve(test.directory));
  if ('problem' in probed)
    return [{ what, state: 'missing', found: probed.problem, advice: 'give a writable directory' }];
  const { folder, made } = probed;
  const here: Finding = { what, state: 'fine', found: `${test.directory} takes files, renames and syncs`, advice: '' };
  try {
    return [here, ...(test.profile === null ? [] : await examineFromNode(folder, test.profile, test))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const directory of made.toReversed()) rmdirSync(directory);
  }
}

/** The folder of the test, and the directories that were created for it. */
interface Probed {
  readonly folder: string;
  readonly made: readonly string[];
}

function tryToProbe(directory: string): Probed | { readonly problem: string } {
  try {
    const made = makeDirectory(directory);
    return { folder: writeProbe(directory), made };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function writeProbe(directory: string): string {
  try {
    const folder = mkdtempSync(join(directory, '.balpm-doctor-'));
    writeFileAtomic(join(folder, PROBE), `${folder}\n`, 0o600);
    return folder;
  } catch (error) {
    throw environmentError(`${quotePath(directory)} cannot be written: ${systemReason(error)}`);
  }
}

async function examineFromNode(folder: string, profile: SlurmProfile, test: SharedDirectoryTest): Promise<Finding[]> {
  const script = join(folder, 'probe.sbatch');
  writeFileAtomic(script, probeScript(folder, profile), 0o600);
  const submitted = Date.now() / 1000;
  const job = await submit(script, profile, test.signal).catch((error: unknown) => ({ problem: messageOf(error) }));
  if (typeof job !== 'string')
    return [
      {
        what: 'job',
        state: 'missing',
        found: job.problem,
        advice: 'fix what it names; --profile gives the profile',
      },
    ];
  const seen = await waitFor(join(folder, ANSWER), test);
  return seen === null ? [await noAnswer(job, test)] : judge(folder, { job, submitted, seen });
}

async function submit(script: string, { environment }: SlurmProfile, signal: AbortSignal): Promise<string> {
  const call = { act: 'submit a test job', environment, signal };
  const { stdout } = await callSlurm('sbatch', ['--parsable', '--export=ALL', script], call);
  const job = parseJobId(stdout);
  if (job === null) throw environmentError(`sbatch printed ${JSON.stringify(stdout)} and no job id`);
  return job;
}

/** Unix seconds at which the file was seen; null if it was not. */
async function waitFor(path: string, { waitSeconds, signal }: SharedDirectoryTest): Promise<number | null> {
  const end = performance.now() + 1000 * waitSeconds;
  while (performance.now() < end && !signal.aborted) {
    if (existsSync(path)) return Date.now() / 1000;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** A waiting job shows nothing about the directory; a job that ran and left no visible file wrote elsewhere. */
async function noAnswer(job: string, { waitSeconds, directory, signal }: SharedDirectoryTest): Promise<Finding> {
  const queue = await readQueue('balpm-doctor', signal).catch(() => null);
  await callSlurm('scancel', [job], { act: `cancel job ${job}` }).catch(() => undefined);
  const found = queue?.find((queued) => queued.job === job);
  if (queue === null || found?.state === 'PENDING')
    return {
      what: 'job',
      state: 'warning',
      found: `job ${job} did not run within ${waitSeconds} s (${found?.reason ?? 'the queue is unavailable'})`,
      advice: 'whether nodes see the directory is unknown: try again with a larger --wait',
    };
  return {
    what: 'shared',
    state: 'missing',
    found: `job ${job} (${found?.state ?? 'gone'}) left no file in ${quotePath(directory)} that this host sees within ${waitSeconds} s`,
    advice: 'use a directory on a file system shared with the nodes',
  };
}

interface Answer {
  readonly job: string;
  /** Unix seconds of this host. */
  readonly submitted: number;
  readonly seen: number;
}

function judge(folder: string, { job, submitted, seen }: Answer): Finding[] {
  const [time = '', node = '', probe, version = ''] = readFileSync(join(folder, ANSWER), 'utf8').split('\n');
  const clock = Number(time);
  const isRead = probe === folder;
  return [
    {
      what: 'shared',
      state: isRead ? 'fine' : 'missing',
      found: isRead
        ? `job ${job} on ${node} reads it; this host sees the job's file ${Math.max(0, seen - clock).toFixed(1)} s after it was written`
        : `job ${job} on ${node} does not read what this host wrote`,
      advice: isRead ? '' : 'use a directory on a file system shared with the nodes',
    },
    judgeClock(node, clock - seen, clock - submitted),
    version === VERSION
      ? { what: 'on the node', state: 'fine', found: `balpm ${version}`, advice: '' }
      : {
          what: 'on the node',
          state: 'missing',
          found: `no balpm ${VERSION}: ${version || 'nothing'}`,
          advice: 'set `setup` or `command` in the profile, so that a node finds Node and balpm',
        },
  ];
}

/** The node wrote its time between the submission and the moment the file was seen; otherwise its clock is off. */
function judgeClock(node: string, least: number, most: number): Finding {
  const off = least > 0 ? least : most < 0 ? most : 0;
  if (off === 0)
    return {
      what: 'clock',
      state: 'fine',
      found: `the clock of ${node} agrees within ${(most - least).toFixed(1)} s`,
      advice: '',
    };
  const found = `the clock of ${node} is at least ${Math.abs(off).toFixed(1)} s ${off > 0 ? 'ahead' : 'behind'}`;
  return {
    what: 'clock',
    state: 'warning',
    found,
    advice: 'ages in `slurm status` are off by as much; ask the site for NTP',
  };
}
