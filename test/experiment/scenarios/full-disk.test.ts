import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const POINTS = 6;
const ROOM = 4 << 20;
const PAGE = 4096;

const scratch = makeScratch();
const place = join(scratch.path, 'disk');
const disk = mountSmallDisk(place, ROOM);
let digest = '';
let world = 0;
let needed = 0;

afterAll(() => {
  disk?.remove();
  scratch.remove();
});
const runs = join(place, 'runs');
const run = (id: string) => balpm(['run', '-c', join(place, 'tiny.yaml'), '--id', id, '--or-resume']);
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;

beforeAll(async () => {
  if (disk === undefined) return;
  writeTinyConfig(place);
  const empty = disk.freeBytes();
  expect((await run('whole')).status).toBe(0);
  digest = await digestOf('whole');
  needed = empty - disk.freeBytes();
  rmSync(join(runs, 'whole'), { recursive: true });
  world = empty - disk.freeBytes();
  cpSync(runs, join(scratch.path, 'kept'), { recursive: true });
});

/** As before the first run of this place, or with the data of earlier ones. */
function clear(withWorld: boolean): void {
  rmSync(runs, { recursive: true, force: true });
  if (withWorld) cpSync(join(scratch.path, 'kept'), runs, { recursive: true });
}

it.skipIf(disk === undefined)(
  'a full disk ends a run in a typed way, and room lets it go on to the same digest',
  async () => {
    const stream = openStream(['full-disk']);
    const sizes = Array.from({ length: POINTS }, (_value, index) =>
      index % 4 === 3 ? stream.below(world) : world + stream.below(needed - world),
    );
    let full = 0;
    for (const [index, size] of sizes.entries()) {
      const id = `full-${index}`;
      clear(size >= world);
      disk?.resize((Math.ceil(size / PAGE) + 1) * PAGE);
      const stopped = await run(id);
      disk?.resize(ROOM);
      if (stopped.status !== 0) {
        full += 1;
        expect(stopped, `room for ${size} of ${needed} bytes`).toMatchObject({
          status: 3,
          stderr: expect.stringMatching(
            /^error: Cannot (?:write|make|lock) '[^\n]*no space (?:is )?left on (?:device|the disk)/im,
          ),
        });
        expect(stopped.stderr).not.toMatch(/\n\s+at /);
      }
      expect(await run(id)).toMatchObject({ status: 0 });
      expect(await digestOf(id)).toBe(digest);
      expect(readdirSync(join(runs, id)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
    expect(full).toBeGreaterThanOrEqual(POINTS / 2);
  },
);

it.skipIf(disk === undefined)('a read-only disk is refused in one line that names the file', async () => {
  clear(true);
  expect((await run('closed')).status).toBe(0);
  disk?.setWritable(false);
  const begun = await run('new');
  const resumed = await balpm(['resume', join(runs, 'closed')]);
  disk?.setWritable(true);
  for (const { status, stderr } of [begun, resumed]) {
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: Cannot [^\n]*read-only file system[^\n]*$/);
  }
});
