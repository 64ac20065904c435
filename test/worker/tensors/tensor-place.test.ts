import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it, test } from 'vitest';
import { placeOf, tensorPlaces } from '../../../src/worker/tensors/tensor-place.ts';
import { readGolden } from '../../support/read-golden.ts';

interface Golden {
  readonly places: readonly {
    readonly session: string;
    readonly sharedMemory: string | null;
    readonly runDir: string | null;
    readonly memory: string | null;
    readonly disk: string | null;
  }[];
  readonly session: string;
  readonly files: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly found: Readonly<Record<string, string | null>>;
}

const golden = readGolden('tensor-places.json') as Golden;
const root = mkdtempSync(join(tmpdir(), 'balpm-tensor-place-'));
const under = (path: string): string => `${root}/${path}`; // not joined: '..' must stay
const orNull = (path: string | null): string | null => (path === null ? null : under(path));
afterAll(() => rmSync(root, { recursive: true }));

for (const path of golden.files) {
  mkdirSync(dirname(under(path)), { recursive: true });
  writeFileSync(under(path), '');
}
for (const [path, target] of Object.entries(golden.links)) symlinkSync(under(target), under(path));

test.each(golden.places)('tensorPlaces() of $sharedMemory and $runDir are those of Python', (given) => {
  const { session, sharedMemory, runDir, memory, disk } = given;
  const places = tensorPlaces({ session, sharedMemory: orNull(sharedMemory), runDir: orNull(runDir) });
  expect(places).toEqual([
    ...(memory === null ? [] : [{ directory: under(memory), kind: 'memory' }]),
    ...(disk === null ? [] : [{ directory: under(disk), kind: 'disk' }]),
  ]);
});

test.each(Object.entries(golden.found))('placeOf() finds %s in %s, as in Python', async (path, directory) => {
  const places = tensorPlaces({ session: golden.session, sharedMemory: under('memory'), runDir: under('run') });
  expect((await placeOf(under(path), places))?.directory ?? null).toBe(orNull(directory));
});

it('tensorPlaces() leaves out shared memory that is not there', () => {
  expect(tensorPlaces({ session: 's', sharedMemory: under('absent'), runDir: null })).toEqual([]);
});

it('placeOf() rejects a file that is missing', async () => {
  await expect(placeOf(under('memory/balpm-s1/absent'), [])).rejects.toThrow('ENOENT');
});
