import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeReport } from '../../../src/report/write-report.ts';
import { simulatedRuns } from '../../../test/evaluation/oracles/simulated-runs.ts';
import type { Attack, AttackSource } from '../attack.ts';
import { findRaw } from './find-raw.ts';
import { PAYLOADS } from './payloads.ts';

/** Names that mean something in a path, in HTML or in a shell. */
const NAMES: Readonly<Record<string, string>> = {
  ...PAYLOADS,
  'a step upwards': '../../evil',
  'an absolute path': '/tmp/evil',
  'a script': '<script>alert(1)</script>',
  'the end of an attribute': '"><img src=x onerror=alert(1)>',
  'a shell command': "'; touch evil; '",
  'a long name': 'x'.repeat(5000),
};

/** A report of runs that were measured on a split of that name. */
async function attackWith(folder: string, split: string): Promise<string | undefined> {
  const world = { efficiency: { random: 1, bal: 1.5 }, seeds: [1, 2], rounds: 3, noise: 0.001, world: 'attack' };
  const runs = simulatedRuns(world).map((run) => ({
    ...run,
    rounds: run.rounds.map((round) => ({ ...round, splits: { [split]: Object.values(round.splits)[0]! } })),
  }));
  await writeReport(runs, join(folder, 'report'));
  const outside = readdirSync(folder).filter((name) => name !== 'report');
  if (outside.length > 0) return `it wrote ${outside.join(', ')} beside its directory`;
  for (const name of readdirSync(join(folder, 'report'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(html|svg)$/.test(name)) continue;
    const text = readFileSync(join(folder, 'report', name), 'utf8');
    if (/<script|<img/.test(text)) return `${name} holds markup of the name`;
    const raw = findRaw(name, text.replaceAll('\n', ' '));
    if (raw !== undefined) return raw;
  }
  return undefined;
}

/** Splits whose names would leave the page, the figure or the directory. */
export const writtenPages: AttackSource = {
  name: 'written pages',
  attacks: async () =>
    Object.entries(NAMES).map(
      ([kind, split]): Attack => ({ name: `${kind} as a split`, run: (folder) => attackWith(folder, split) }),
    ),
};
