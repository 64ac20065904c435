import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawWithoutReplacement, openStream } from '../../../src/random/stream.ts';
import { makeScratch } from '../../support/balpm.ts';
import { type DamageCase, type DamageLab, openDamageLab } from '../../support/damage-lab.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
let lab: DamageLab;
beforeAll(async () => {
  lab = await openDamageLab(scratch.path);
});

/** Every way and every file is in `bench/damage.ts`; here a few of those that were once handled wrongly, and some more. */
const KNOWN: readonly Omit<DamageCase, 'state'>[] = [
  { file: 'whole/events.jsonl', damage: 'bit 0 flipped at 0.5' },
  { file: 'whole/config.resolved.yaml', damage: 'cut at 0.5' },
  { file: 'whole/run.json', damage: 'cut at 0.5' },
  { file: 'whole/LOCK', damage: 'a directory' },
  { file: 'whole/env.json', damage: 'cut at 0.5' },
  { file: 'whole/metrics.jsonl', damage: 'a directory' },
];

test.each(KNOWN)('$file, $damage: a typed error, or repaired with the same digest', async ({ file, damage }) => {
  expect(await lab.examine({ state: 'half', file, damage })).toMatchObject({ faults: [] });
});

test('the neighbour graph of the cache is made again when a bit of it was flipped', async () => {
  const file = lab.cases.find((given) => /knn-.*safetensors$/.test(given.file))?.file ?? '';
  const given: DamageCase = { state: 'half', file, damage: 'bit 4 flipped at 0.7' };
  expect(await lab.examine(given)).toEqual({ faults: [], outcome: 'resumed' });
});

test('no damage drawn at random does harm', async () => {
  for (const given of drawWithoutReplacement(openStream(['damaged-files']), lab.cases, 2)) {
    const { faults } = await lab.examine(given);
    expect(faults, `${given.state} ${given.file}, ${given.damage}`).toEqual([]);
  }
});
