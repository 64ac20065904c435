import { join } from 'node:path';
import { NAMESPACES, type Namespace } from '../../test/support/namespaces.ts';
import type { Attack, AttackSource } from './attack.ts';
import { leftInFolder } from './left-in-folder.ts';
import { startHolder } from './start-holder.ts';

// Owners and takers in every pair of namespaces: a live owner keeps its lock, also when it is stopped and whatever the
// taker asks for; the lock of a killed one is taken at once, by its pid and host that mean something else to the taker.

const NAMES = Object.keys(NAMESPACES) as Namespace[];
const STATES = ['lives', 'is stopped', 'was killed'] as const;
/** Longer than an attack: what is taken within it was taken at once. */
const RENEW_MS = 60_000;

export const locksAcrossNamespaces: AttackSource = {
  name: 'across namespaces',
  attacks: async () =>
    NAMES.flatMap((owner) => NAMES.flatMap((taker) => STATES.map((state) => attackOf(owner, taker, state)))),
};

function attackOf(owner: Namespace, taker: Namespace, state: (typeof STATES)[number]): Attack {
  return {
    name: `the owner (${owner}) ${state}, a taker (${taker}) comes`,
    run: async (folder) => {
      const path = join(folder, 'LOCK');
      const lock = { renewMs: RENEW_MS, takeOver: state === 'is stopped' };
      const first = await startHolder(path, { namespace: NAMESPACES[owner], lock });
      if (first.said !== 'taken') return `the owner said: ${first.said}`;
      await first.append();
      if (state === 'is stopped') first.signal('SIGSTOP');
      if (state === 'was killed') {
        first.signal('SIGKILL');
        await first.end();
      }
      const second = await startHolder(path, { namespace: NAMESPACES[taker], lock });
      const written = second.said === 'taken' ? await second.append() : '';
      await second.end();
      if (state === 'is stopped') first.signal('SIGCONT');
      const last = state === 'was killed' ? written : await first.append();
      await first.end();
      return faultOf(state, second.said, last) ?? leftInFolder(folder, 2);
    },
  };
}

function faultOf(state: (typeof STATES)[number], said: string, last: string): string | undefined {
  if (last !== 'appended') return `the one with the lock could not write: ${last}`;
  if (state === 'was killed') return said === 'taken' ? undefined : `it was refused: ${said}`;
  return /process \d+ on \S+ holds it \(it renewed/.test(said) ? undefined : `the taker said: ${said}`;
}
