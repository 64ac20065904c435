import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { innermostChild } from '../../test/support/innermost-child.ts';
import { NAMESPACES, type Namespace } from '../../test/support/namespaces.ts';
import type { Attack, AttackSource } from './attack.ts';
import { startHolder } from './start-holder.ts';

// Locks as earlier versions wrote them (host, pid and start alone), of owners in namespaces of their own: one that lives is
// never displaced; one that is gone is displaced at once where that can be known, else when it is asked for.

const NAMES = Object.keys(NAMESPACES) as Namespace[];
/** From here every process of the kernel is seen. */
const ALL_SEEING: readonly Namespace[] = ['plain', 'host', 'mounts'];
const LOCK = { renewMs: 100 };
/** Writes the lock that an earlier version would write in its place. */
const OWNER = `
const { readFileSync, writeFileSync, renameSync } = require('node:fs');
const stat = readFileSync('/proc/self/stat', 'utf8');
const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
const lock = { pid: process.pid, host: require('node:os').hostname(), started };
writeFileSync(process.argv[1] + '.new', JSON.stringify(lock));
renameSync(process.argv[1] + '.new', process.argv[1]);
setInterval(() => undefined, 1000);
`;

export const locksOfEarlierVersions: AttackSource = {
  name: 'locks of earlier versions',
  attacks: async () =>
    NAMES.flatMap((owner) => NAMES.flatMap((taker) => [attackOf(owner, taker, true), attackOf(owner, taker, false)])),
};

function attackOf(owner: Namespace, taker: Namespace, lives: boolean): Attack {
  return {
    name: `an earlier version (${owner}) ${lives ? 'works' : 'was killed'}, a taker (${taker}) comes`,
    run: async (folder) => {
      const path = join(folder, 'LOCK');
      const [program, ...args] = [...NAMESPACES[owner], process.execPath, '-e', OWNER, path] as [string, ...string[]];
      const child = spawn(program, args, { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', resolve));
      while (!existsSync(path) && child.exitCode === null) await setTimeout(10);
      const before = readFileSync(path, 'utf8');
      const kill = async (): Promise<void> => {
        process.kill(innermostChild(child.pid as number), 'SIGKILL');
        await ended;
      };
      if (!lives) await kill();
      const fault = await judge(path, before, taker, { owner, lives });
      if (lives) await kill();
      return fault;
    },
  };
}

interface Given {
  readonly owner: Namespace;
  readonly lives: boolean;
}

async function judge(
  path: string,
  before: string,
  taker: Namespace,
  { owner, lives }: Given,
): Promise<string | undefined> {
  const namespace = NAMESPACES[taker];
  const first = await startHolder(path, { namespace, lock: LOCK });
  await first.end();
  if (lives) {
    if (!first.said.startsWith('refused') || readFileSync(path, 'utf8') !== before) return `it said: ${first.said}`;
    return undefined;
  }
  const isKnown = ALL_SEEING.includes(taker) && (owner === 'host') === (taker === 'host');
  if (isKnown) return first.said === 'taken' ? undefined : `it was gone for sure, but it said: ${first.said}`;
  if (first.said === 'taken') return 'it was taken though nobody could know';
  if (!first.said.includes('--take-over')) return `it does not say how to go on: ${first.said}`;
  const second = await startHolder(path, { namespace, lock: { ...LOCK, takeOver: true } });
  await second.end();
  rmSync(path, { force: true });
  return second.said === 'taken' ? undefined : `it did not take over: ${second.said}`;
}
