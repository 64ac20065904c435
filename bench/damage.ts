import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DamageCase, openDamageLab } from '../test/support/damage-lab.ts';

// Harms every file of a finished and of a half-finished run, and every file they read, in every way:
// `tsx bench/damage.ts [WORDS]`, where WORDS is a part of "finished FILE, DAMAGE" or "half FILE, DAMAGE". Build first: `npm run build`.

const LANES = 2;
const wanted = process.argv[2] ?? '';
const directories = Array.from({ length: LANES }, () => mkdtempSync(join(tmpdir(), 'balpm-damage-')));
const labs = await Promise.all(directories.map(openDamageLab));
const cases = labs[0]?.cases.filter((given) => wordsOf(given).includes(wanted)) ?? [];
const queue = [...cases];
const outcomes = new Map<string, number>();
let faulty = 0;

await Promise.all(
  labs.map(async (lab) => {
    for (let given = queue.shift(); given !== undefined; given = queue.shift()) await examine(lab, given);
  }),
);
for (const directory of directories) rmSync(directory, { recursive: true });
for (const [outcome, count] of outcomes) console.log(`${String(count).padStart(5)}  ${outcome}`);
console.log(`${cases.length} damages, ${faulty} with faults`);
process.exitCode = faulty === 0 ? 0 : 1;

async function examine(lab: (typeof labs)[number], given: DamageCase): Promise<void> {
  const { faults, outcome } = await lab.examine(given);
  const kind = `${given.state}: ${outcome === 'resumed' ? 'resumed' : 'typed error'}`;
  outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
  if (faults.length > 0) faulty += 1;
  for (const fault of faults) console.log(`${wordsOf(given)}: ${fault}`);
}

function wordsOf({ state, file, damage }: DamageCase): string {
  return `${state} ${file}, ${damage}`;
}
