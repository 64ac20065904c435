import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMESPACES, type Namespace } from '../../test/support/namespaces.ts';
import type { Attack, AttackSource } from './attack.ts';
import { leftInFolder } from './left-in-folder.ts';
import { type Holder, type HolderOptions, startHolder } from './start-holder.ts';

// Many takers of one lock at once, from every kind of namespace: exactly one has it, and the ledger is that one's.

const NAMES = Object.keys(NAMESPACES) as Namespace[];
const KINDS = ['free', 'of a killed owner', 'torn', 'without kernel locks, of a killed owner'] as const;
const REPEATS = 2;
const RENEW_MS = 1000;

export const lockRaces: AttackSource = {
  name: 'races for a lock',
  attacks: async () =>
    KINDS.flatMap((kind) => Array.from({ length: REPEATS }, (_value, index) => attackOf(kind, index))),
};

function attackOf(kind: (typeof KINDS)[number], index: number): Attack {
  return {
    name: `${NAMES.length} takers of a lock that is ${kind}, ${index}`,
    run: async (folder) => {
      const path = join(folder, 'LOCK');
      const options: HolderOptions = { lock: { renewMs: RENEW_MS }, withoutKernelLock: kind.startsWith('without') };
      if (kind.endsWith('of a killed owner')) await killOwner(path, options);
      if (kind === 'torn') writeFileSync(path, '{"pid":');
      const takers = NAMES.map((name) => startHolder(path, { ...options, namespace: NAMESPACES[name] }));
      const holders = await Promise.all(takers);
      const winners = holders.filter(({ said }) => said === 'taken');
      const written = await Promise.all(winners.map((winner) => winner.append()));
      await Promise.all(holders.map((holder: Holder) => holder.end()));
      if (winners.length !== 1) return `${winners.length} have it: ${holders.map(({ said }) => said).join('; ')}`;
      return written[0] === 'appended' ? leftInFolder(folder, 1) : `the winner could not write: ${written[0]}`;
    },
  };
}

async function killOwner(path: string, options: HolderOptions): Promise<void> {
  const owner = await startHolder(path, options);
  owner.signal('SIGKILL');
  await owner.end();
}
