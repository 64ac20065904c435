import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStream } from '../../src/random/stream.ts';
import { mountSmallDisk, type SmallDisk } from '../../test/support/small-disk.ts';
import type { Attack, AttackSource } from './attack.ts';
import {
  type Bench,
  leftBehind,
  openBench,
  openLab,
  resultOf,
  start,
  undisturbed,
  type WritingCommand,
} from './lab.ts';

const ROOM = 64 << 20;
const PAGE = 4096;
/** Shares of the room a command needs. */
const SHARES = [0, 0.4, 0.9];
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGUSR1: 75 } as const;
const SIGNALS_TRIED = ['SIGINT', 'SIGHUP', 'SIGUSR1'] as const;
const FULL = /^error: Cannot [^\n]*(?:no space (?:is )?left on (?:device|the disk)|has room for)[^\n]*; [^\n]+$/im;

/** A disk that is full while a command works, on which its output or its temporary files lie, and signals. */
export const signalsAndDisks: AttackSource = {
  name: 'signals and disks',
  attacks: async () => {
    const { commands } = await openLab();
    return commands.flatMap((command) => [
      ...(command.isSlow ? [0.6] : SHARES).map((share) => fullDisk(command, share)),
      fullTemporary(command),
      ...(command.isSlow ? [] : [readOnly(command)]),
      ...(command.isSlow ? ['SIGTERM' as const] : SIGNALS_TRIED).map((signal) => signalled(command, signal)),
    ]);
  },
};

function fullDisk(command: WritingCommand, share: number): Attack {
  const run = (folder: string): Promise<string | undefined> =>
    onSmallDisk(folder, async (disk) => {
      const { bytes } = await undisturbed(command);
      const bench = openBench(folder, { out: join(disk.path, 'out') });
      disk.resize((Math.ceil((share * bytes) / PAGE) + 1) * PAGE);
      const found = await mustBeRefused(command, bench, FULL);
      disk.resize(ROOM);
      return found ?? mustWork(command, bench);
    });
  return { name: `${command.name}: room for ${share * 100} % of its output`, run };
}

function fullTemporary(command: WritingCommand): Attack {
  const run = (folder: string): Promise<string | undefined> =>
    onSmallDisk(folder, async (disk) => {
      const bench = openBench(folder, { temporary: join(disk.path, 't') });
      disk.resize(PAGE);
      const found = await mustBeRefused(command, bench, FULL);
      disk.resize(ROOM);
      return found ?? mustWork(command, bench);
    });
  return { name: `${command.name}: no room for temporary files`, run };
}

function readOnly(command: WritingCommand): Attack {
  const run = (folder: string): Promise<string | undefined> =>
    onSmallDisk(folder, async (disk) => {
      const bench = openBench(folder, { out: join(disk.path, 'out') });
      disk.setWritable(false);
      const found = await mustBeRefused(
        command,
        bench,
        /^error: Cannot [^\n]*(?:read-only file system|takes no new files)[^\n]*$/im,
        [3],
      );
      disk.setWritable(true);
      return found ?? mustWork(command, bench);
    });
  return { name: `${command.name}: a read-only disk`, run };
}

function signalled(command: WritingCommand, signal: keyof typeof SIGNALS): Attack {
  const share = openStream(['signals', command.name, signal]).uniform();
  const status = SIGNALS[signal];
  return {
    name: `${command.name}: ${signal} at ${(share * 100).toFixed(0)} %`,
    run: async (folder) => {
      const { wallMs, result } = await undisturbed(command);
      const bench = openBench(folder);
      const run = start(command, bench);
      await setTimeout(share * wallMs);
      run.kill(signal);
      const { exitCode, signal: died, stderr } = await run;
      const isEarly = died === signal && stderr === ''; // nobody listened yet, and nothing was begun
      if (exitCode !== 0 && exitCode !== status && !isEarly) return `status ${exitCode ?? died}: ${stderr}`;
      const left = leftBehind(bench, command.resumes);
      if (left.length > 0 && !isEarly) return `left ${left.join(', ')}`;
      if (exitCode === 0) return resultOf(command, bench) === result ? undefined : 'another result';
      return mustWork(command, bench);
    },
  };
}

async function onSmallDisk(
  folder: string,
  attack: (disk: SmallDisk) => Promise<string | undefined>,
): Promise<string | undefined> {
  const disk = mountSmallDisk(join(folder, 'disk'), ROOM);
  if (disk === undefined) return 'no disk could be mounted';
  try {
    return await attack(disk);
  } finally {
    disk.remove();
  }
}

/** Refused as an unusable environment in one line, with nothing left; or it needed no more room than there was. */
async function mustBeRefused(
  command: WritingCommand,
  bench: Bench,
  message: RegExp,
  statuses: readonly number[] = [0, 3],
): Promise<string | undefined> {
  const { exitCode, stderr } = await start(command, bench);
  const said = `status ${exitCode}: ${stderr}`;
  if (exitCode === undefined || !statuses.includes(exitCode)) return said;
  if (exitCode === 3 && !message.test(stderr)) return said;
  if (/\n\s+at /.test(stderr)) return `a stack: ${stderr}`;
  const left = leftBehind(bench, command.resumes);
  if (left.length > 0 && exitCode === 3) return `${said} left ${left.join(', ')}`;
  const isHalf = exitCode === 3 && command.sameBy !== 'digest' && resultOf(command, bench) !== undefined;
  return isHalf ? `${said} and a result` : undefined;
}

/** The same command works, gives what an undisturbed one gives, and leaves nothing. */
async function mustWork(command: WritingCommand, bench: Bench): Promise<string | undefined> {
  const { result: expected } = await undisturbed(command);
  if (command.sameBy === 'digest' || resultOf(command, bench) !== expected) {
    const { exitCode, stderr } = await start(command, bench);
    if (exitCode !== 0) return `then status ${exitCode}: ${stderr}`;
  }
  if (resultOf(command, bench) !== expected) return 'then another result';
  const left = leftBehind(bench);
  return left.length > 0 ? `then left ${left.join(', ')}` : undefined;
}
