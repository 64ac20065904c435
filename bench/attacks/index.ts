import { answers } from './answers.ts';
import type { AttackGroup } from './attack.ts';
import { CHAT_TEMPLATES } from './chat-templates.ts';
import { commandLineAttacks } from './command-line.ts';
import { dataIds } from './data-ids.ts';
import { dataShards } from './data-shards.ts';
import { dataTexts } from './data-texts.ts';
import { featureTables } from './feature-tables.ts';
import { leasesAcrossKernels } from './leases-across-kernels.ts';
import { leftBehindByKills } from './left-behind.ts';
import { lockRaces } from './lock-races.ts';
import { locksAcrossNamespaces } from './locks-across-namespaces.ts';
import { locksOfEarlierVersions } from './locks-of-earlier-versions.ts';
import { lostLedgers } from './lost-ledgers.ts';
import { oddFiles } from './odd-files.ts';
import { pythonAnswers } from './python-answers.ts';
import { refusedData } from './refused-data.ts';
import { runsTakenOver } from './runs-taken-over.ts';
import { signalsAndDisks } from './signals-and-disks.ts';
import { stores } from './stores.ts';
import { TEXT_SOURCES } from './text/index.ts';

/** Every group of the campaign; a new source is a file of this folder and its name in a list here. */
export const GROUPS: readonly AttackGroup[] = [
  {
    name: 'bad input',
    least: 600,
    sources: [
      dataShards,
      dataTexts,
      dataIds,
      answers,
      featureTables,
      CHAT_TEMPLATES,
      stores,
      pythonAnswers,
      commandLineAttacks,
      oddFiles,
    ],
  },
  { name: 'signals and disks', least: 100, sources: [signalsAndDisks] },
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
  { name: 'untrusted text', least: 60, sources: TEXT_SOURCES },
  { name: 'left behind', least: 100, sources: [leftBehindByKills, refusedData] },
];
