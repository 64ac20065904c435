import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseShard, refuseForeignFolder } from '../../../src/features/extraction/extraction-folder.ts';
import { temporaryDirectory } from '../../data/fixtures.ts';

const folder = temporaryDirectory();

test.each([
  ['1/1', { index: 1, count: 1 }],
  ['3/16', { index: 3, count: 16 }],
  ['99999/99999', { index: 99_999, count: 99_999 }],
])('parseShard() reads %j', (text, shard) => {
  expect(parseShard(text)).toEqual(shard);
});

test.each(['', '1', '0/1', '2/1', '1/0', '1/2/3', '-1/2', '1.5/2', ' 1/2', 'one/two', '100000/100000', '1/2\n'])(
  'parseShard() refuses %j',
  (text) => {
    expect(() => parseShard(text)).toThrow(
      `Cannot use --shard '${text}': it is no block i/n, 1/4 to 4/4 for one of four is needed`,
    );
  },
);

test('refuseForeignFolder() takes a folder that is new, empty, or one of shards', () => {
  expect(() => refuseForeignFolder(join(folder, 'absent'))).not.toThrow();
  mkdirSync(join(folder, 'empty'));
  expect(() => refuseForeignFolder(join(folder, 'empty'))).not.toThrow();
  mkdirSync(join(folder, 'shards'));
  writeFileSync(join(folder, 'shards', 'plan.json'), '{}');
  writeFileSync(join(folder, 'shards', 'notes.txt'), 'mine');
  expect(() => refuseForeignFolder(join(folder, 'shards'))).not.toThrow();
});

test('refuseForeignFolder() refuses a folder of other things, and a file', () => {
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', 'manifest.json'), '{}');
  const message = (name: string): string =>
    `Cannot write shards into '${join(folder, name)}': it holds other things, a new or empty folder is needed`;
  expect(() => refuseForeignFolder(join(folder, 'other'))).toThrow(message('other'));
  expect(() => refuseForeignFolder(join(folder, 'other', 'manifest.json'))).toThrow(message('other/manifest.json'));
});
