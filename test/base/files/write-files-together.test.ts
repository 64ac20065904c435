import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFilesTogether } from '../../../src/base/files/write-files-together.ts';
import { makeScratch } from '../../support/balpm.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';

const scratch = makeScratch();
const disk = mountSmallDisk(join(scratch.path, 'disk'), 64 << 10);
afterAll(() => {
  disk?.remove();
  scratch.remove();
});

it('writeFilesTogether() writes every file, and makes directories', () => {
  const at = (name: string): string => join(scratch.path, 'new', name);
  writeFilesTogether(
    new Map<string, string | Uint8Array>([
      [at('figures/a.svg'), 'a'],
      [at('index.html'), Buffer.from('page')],
    ]),
  );
  expect(readFileSync(at('figures/a.svg'), 'utf8')).toBe('a');
  expect(readFileSync(at('index.html'), 'utf8')).toBe('page');
  expect(readdirSync(at('.')).toSorted()).toEqual(['figures', 'index.html']);
});

it('writeFilesTogether() leaves nothing where one of them cannot be written', () => {
  const at = (name: string): string => join(scratch.path, 'refused', name);
  writeFileSync(join(scratch.path, 'file'), '');
  const contents = new Map([
    [at('figures/a.svg'), 'a'],
    [join(scratch.path, 'file', 'inside'), 'b'],
  ]);
  expect(() => writeFilesTogether(contents)).toThrow(/^Cannot make directory '.*file'/);
  mkdirSync(join(scratch.path, 'taken', 'inside'), { recursive: true });
  const inTheWay = new Map([
    [join(scratch.path, 'taken'), 'b'],
    [at('x/y/a.svg'), 'a'],
  ]);
  expect(() => writeFilesTogether(inTheWay)).toThrow(/^Cannot write '.*taken'/);
  expect(existsSync(at('.'))).toBe(false);
  expect(readdirSync(scratch.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it.skipIf(disk === undefined)('writeFilesTogether() leaves what is there when the disk is full', () => {
  const folder = join(scratch.path, 'disk', 'report');
  const contentOf = (text: string): Map<string, string> =>
    new Map(['figures/a.svg', 'figures/b.svg', 'index.html'].map((name) => [join(folder, name), text.repeat(8 << 10)]));
  writeFilesTogether(contentOf('1'));
  expect(() => writeFilesTogether(contentOf('23'))).toThrow(
    /^Cannot write '.*': no space is left on the disk; make room there or choose another place, then run the same command again$/,
  );
  expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
    'figures',
    'figures/a.svg',
    'figures/b.svg',
    'index.html',
  ]);
  for (const path of contentOf('').keys()) expect(readFileSync(path, 'utf8')).toBe('1'.repeat(8 << 10));
});
