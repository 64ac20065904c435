import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { BalpmError, EXIT_STATUS, environmentError, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { currentJob } from '../slurm/job/job-place.ts';
import { createRequeue, type Requeue } from '../slurm/job/requeue.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { readConnectionFile } from '../worker/links/remote/connection-file.ts';
import { assertRendezvous } from '../worker/links/rendezvous/assert-rendezvous.ts';
import { MOST_THREADS } from '../worker/most-threads.ts';
import { runWorkerHere, type WorkerSource } from '../worker/run-worker-here.ts';
import type { CommandIo } from './command.ts';
import { wholeNumber } from './options/whole-number.ts';
import { withExamples } from './options/with-examples.ts';

/** `balpm worker start` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm worker start --connect runs/first/worker/connection.json']);
  registerStart(command, io);
}

interface StartFlags {
  readonly connect?: string;
  readonly rendezvous?: string;
  readonly idleMinutes?: number;
  readonly requeue?: boolean;
  readonly device?: string;
  readonly threads?: number;
  readonly python?: string;
}

function registerStart(command: Command, io: CommandIo): void {
  withExamples(command.command('start'), [
    'balpm worker start --connect runs/first/worker/connection.json',
    'balpm worker start --connect runs/first/worker/connection.json --device cuda:1',
    'balpm worker start --rendezvous runs/meet',
  ])
    .description('work for a run on another host, which listens (worker.listen) and wrote the file')
    .option('--connect <file>', 'connection file of the run: mode 0600 in a directory of mode 0700')
    .option('--rendezvous <dir>', 'directory of mode 0700 where runs meet their workers (worker.rendezvous)')
    .option('--idle-minutes <n>', 'with --rendezvous: end after so long without a run (default: 60)', wholeNumber(1))
    .option('--requeue', 'with --rendezvous, in a batch job of Slurm: back into its queue when Slurm warns (USR2)')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1, … (default: what the run asks for)')
    .option('--threads <n>', 'CPU threads (default: what the run asks for)', wholeNumber(1, MOST_THREADS))
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .action((flags: StartFlags) => start(flags, io));
}

async function start(flags: StartFlags, io: CommandIo): Promise<void> {
  const { source, place } = sourceOf(flags, io);
  const requeue = flags.requeue ? requeueOfJob(io) : undefined;
  const status = await runWorkerHere({
    source,
    python: resolvePython(flags.python),
    packageDir: PACKAGE_ROOT,
    onLine: io.note,
    signal: io.signal,
  });
  if (requeue !== undefined && io.signal.aborted) return leaveJob(requeue, io);
  const failure = failureOf(status, place);
  if (failure !== undefined) throw failure;
  io.print('the worker has ended as asked');
}

/** Where the worker finds its orchestrator, as its arguments and in words. */
function sourceOf(flags: StartFlags, io: CommandIo): { readonly source: WorkerSource; readonly place: string } {
  const { connect, rendezvous, idleMinutes, requeue, device, threads } = flags;
  const own = { ...(device !== undefined && { device }), ...(threads !== undefined && { threads }) };
  if (connect !== undefined && [rendezvous, idleMinutes, requeue].every((flag) => flag === undefined)) {
    const file = readConnectionFile(connect);
    const wanted = { device: file.device, threads: file.threads, ...own };
    io.note(`joining ${file.endpoints.join(' or ')} with ${wanted.device}, ${wanted.threads} thread(s)`);
    return { source: { connectionFile: resolve(connect), ...wanted }, place: connect };
  }
  if (connect === undefined && rendezvous !== undefined) {
    assertRendezvous(rendezvous);
    return { source: { rendezvous: resolve(rendezvous), idleMinutes: idleMinutes ?? 60, ...own }, place: rendezvous };
  }
  const found = connect === undefined ? 'neither is given' : 'options of both are given';
  throw usageError(
    `Cannot start a worker: ${found}; give --connect FILE, or --rendezvous DIR [--idle-minutes N] [--requeue]`,
  );
}

function requeueOfJob({ signal, stopReason, terminated }: CommandIo): Requeue {
  const job = currentJob(process.env);
  if (job.job === 'none')
    throw usageError('Cannot start a worker: --requeue is given outside a job of Slurm; leave it out');
  return createRequeue(job, () => true, { signal, reason: stopReason, terminated });
}

/** How long Slurm may take to kill what it has told to end. */
const KILL_MS = 90_000;

/** A job that was warned goes back into the queue; one that ends before Slurm does so itself would count as done, and not begin again. */
async function leaveJob(requeue: Requeue, io: CommandIo): Promise<void> {
  io.exitWith(EXIT_STATUS.stopped);
  if (io.stopReason() !== 'SIGUSR2') {
    await pause(KILL_MS);
    return;
  }
  const refused = await requeue.ask();
  if (refused !== null)
    throw environmentError(
      `Cannot go on as a worker: Slurm warned this job, and it cannot begin again by itself: ${refused}; start workers anew`,
    );
  io.note('this job is back in the queue');
  await requeue.untilEnded();
}

const REFUSED = 78;
const ORCHESTRATOR_GONE = 75;

/** What a worker's exit status means to who started it. */
function failureOf(status: number | null, place: string): BalpmError | undefined {
  const act = `Cannot work for ${quotePath(place)}`;
  switch (status) {
    case 0:
      return undefined;
    case REFUSED:
      return environmentError(
        `${act}: the worker did not get in (its last words say why), a run that listens is needed`,
      );
    case ORCHESTRATOR_GONE:
      return new BalpmError('worker', `${act}: the orchestrator is gone, a new start of the run is needed`);
    default:
      return new BalpmError('worker', `${act}: the worker ${endOf(status)}, a worker that goes on is needed`);
  }
}

const endOf = (status: number | null): string =>
  status === null ? 'was killed by a signal' : `ended with status ${status}`;
