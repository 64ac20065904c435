import type { AttackGroup } from './attack.ts';
import { leasesAcrossKernels } from './leases-across-kernels.ts';
import { lockRaces } from './lock-races.ts';
import { locksAcrossNamespaces } from './locks-across-namespaces.ts';
import { locksOfEarlierVersions } from './locks-of-earlier-versions.ts';
import { lostLedgers } from './lost-ledgers.ts';
import { runsTakenOver } from './runs-taken-over.ts';

/** Every group of the campaign; a new source is a file of this folder and its name in a list here. */
export const GROUPS: readonly AttackGroup[] = [
  { name: 'bad input', least: 600, sources: [] },
  { name: 'signals and disks', least: 100, sources: [] },
  {
    name: 'locks',
    least: 40,
    sources: [
      locksAcrossNamespaces,
      locksOfEarlierVersions,
      lockRaces,
      leasesAcrossKernels,
      lostLedgers,
      runsTakenOver,
    ],
  },
  { name: 'untrusted text', least: 60, sources: [] },
  { name: 'left behind', least: 100, sources: [] },
];
