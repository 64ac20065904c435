import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Attack, AttackGroup } from './attacks/attack.ts';
import { GROUPS } from './attacks/index.ts';

// Attacks the built command line, by group, and counts where the right behaviour did not hold:
// `tsx bench/attacks.ts [--group NAME] [--source NAME] [--lanes 2]`. Build first: `npm run build`.
// Ends with 1 when anything was wrong, or when a whole group has fewer attacks than it must.

const { values } = parseArgs({
  options: { group: { type: 'string' }, source: { type: 'string' }, lanes: { type: 'string', default: '2' } },
});

interface Outcome {
  readonly tried: number;
  readonly wrong: number;
}

/** Tries every attack of a queue in a folder of its own. */
async function attackInTurn(queue: (Attack & { readonly source: string })[]): Promise<number> {
  let wrong = 0;
  for (let attack = queue.shift(); attack !== undefined; attack = queue.shift()) {
    const folder = mkdtempSync(join(tmpdir(), 'balpm-attack-'));
    const found = await attack.run(folder).catch((error: unknown) => `the attack itself failed: ${String(error)}`);
    rmSync(folder, { recursive: true, force: true });
    if (found === undefined) continue;
    wrong += 1;
    console.log(`WRONG ${attack.source}: ${attack.name}: ${found}`);
  }
  return wrong;
}

async function attackAll({ sources }: AttackGroup): Promise<Outcome> {
  const queue: (Attack & { readonly source: string })[] = [];
  for (const { name, attacks } of sources) {
    if (values.source !== undefined && values.source !== name) continue;
    for (const attack of await attacks()) queue.push({ ...attack, source: name });
  }
  const tried = queue.length;
  const lanes = await Promise.all(Array.from({ length: Number(values.lanes) }, () => attackInTurn(queue)));
  return { tried, wrong: lanes.reduce((sum, count) => sum + count, 0) };
}

for (const group of GROUPS) {
  if (values.group !== undefined && values.group !== group.name) continue;
  const begun = performance.now();
  const { tried, wrong } = await attackAll(group);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const isWhole = values.source === undefined;
  const isShort = isWhole && tried < group.least;
  console.log(`${group.name}: ${tried} tried (at least ${group.least}), ${wrong} wrong, ${seconds} s`);
  if (wrong > 0 || isShort) process.exitCode = 1;
}
