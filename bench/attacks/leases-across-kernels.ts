import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onKernel } from '../../test/support/namespaces.ts';
import type { Attack, AttackSource } from './attack.ts';
import { leftInFolder } from './left-in-folder.ts';
import { type Holder, startHolder } from './start-holder.ts';

// Hosts that share a disk and do not see each other's locks: each has a boot id of its own and no kernel lock. Only
// renewals tell who lives, and an owner that was stopped for longer than its lease must write nothing when it wakes up.

const RENEW_MS = 500;
const STATES = [
  'lives',
  'has a kernel lock that only it sees',
  'was killed',
  'is stopped, and wakes up later',
] as const;
type State = (typeof STATES)[number];
const REPEATS = 3;

export const leasesAcrossKernels: AttackSource = {
  name: 'leases across kernels',
  attacks: async () =>
    STATES.flatMap((state) =>
      [false, true].flatMap((takeOver) =>
        Array.from({ length: REPEATS }, (_value, index) => attackOf(state, takeOver, index)),
      ),
    ),
};

function attackOf(state: State, takeOver: boolean, index: number): Attack {
  return {
    name: `the owner on another kernel ${state}, a taker comes${takeOver ? ' with --take-over' : ''} (${index})`,
    run: async (folder) => {
      const run = join(folder, 'run');
      mkdirSync(run);
      const path = join(run, 'LOCK');
      const lock = { renewMs: RENEW_MS, takeOver };
      const withoutKernelLock = !state.startsWith('has a kernel lock');
      const owner = await startHolder(path, { namespace: newKernel(folder), withoutKernelLock, lock });
      if ((await owner.append()) !== 'appended') return `the owner could not write; it said: ${owner.said}`;
      if (state === 'was killed') owner.signal('SIGKILL');
      if (state.startsWith('is stopped')) owner.signal('SIGSTOP');
      const taker = await startHolder(path, { namespace: newKernel(folder), withoutKernelLock: true, lock });
      const fault = await faultOf(state, owner, taker);
      await Promise.all([owner.end(), taker.end()]);
      return fault ?? leftIn(run, state);
    },
  };
}

function newKernel(folder: string): readonly string[] {
  const file = join(folder, randomUUID());
  writeFileSync(file, `${randomUUID()}\n`);
  return onKernel(file);
}

async function faultOf(state: State, owner: Holder, taker: Holder): Promise<string | undefined> {
  if (state === 'lives' || state.startsWith('has')) {
    if (!/it renewed its lock just now/.test(taker.said)) return `the taker said: ${taker.said}`;
    const said = await owner.append();
    return said === 'appended' ? undefined : `the owner could not go on: ${said}`;
  }
  if (taker.said !== 'taken') return `the taker was refused: ${taker.said}`;
  const first = await taker.append();
  if (first !== 'appended') return `the taker could not write: ${first}`;
  if (state === 'was killed') return undefined;
  owner.signal('SIGCONT');
  const late = await owner.append();
  if (!/took it over; let the other one go on/.test(late)) return `the owner that woke up said: ${late}`;
  const last = await taker.append();
  return last === 'appended' ? undefined : `the taker could not go on: ${last}`;
}

/** The owner that woke up keeps what it could not write beside the ledger. */
const leftIn = (run: string, state: State): string | undefined =>
  state.startsWith('is stopped') ? leftInFolder(run, 3, /^events-lost-[0-9a-f-]{36}\.jsonl$/) : leftInFolder(run, 2);
