import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/base/files/files.ts';
import { ownMark } from '../../../src/base/files/owner.ts';
import { removeLeftOver, temporaryName } from '../../../src/base/files/temporary-files.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const GONE = 2 ** 22 + 1; // beyond the greatest process number of Linux
const GONE_MARK = ownMark().replace(/^[0-9a-f]+/, GONE.toString(16));
const ELSEWHERE = ownMark().replace(/[0-9a-f]{6}$/, (space) => (space === '000000' ? '111111' : '000000'));

/** Files and directories of these names, changed the days ago that are given. */
function leave(folder: string, names: Readonly<Record<string, number>>): void {
  for (const [name, days] of Object.entries(names)) {
    const path = join(folder, name);
    const then = Date.now() / 1000 - days * 86_400;
    mkdirSync(folder, { recursive: true });
    if (name.endsWith('.partial')) {
      mkdirSync(join(path, 'inside'), { recursive: true });
      writeFileSync(join(path, 'inside', 'file'), '');
      for (const each of ['inside/file', 'inside', '.']) utimesSync(join(path, each), then, then);
    } else {
      writeFileSync(path, '');
      utimesSync(path, then, then);
    }
  }
}

it('removeLeftOver() removes what gone processes left, and of others what was not changed for a day', () => {
  const left = {
    [`events.${hostname()}.${GONE_MARK}.0123abcd.tmp`]: 0,
    [`.${hostname()}.${GONE_MARK}.0123abcd.partial`]: 0,
    [`events.${hostname()}.${GONE}.0123abcd.tmp`]: 0,
    [`.${hostname()}.${GONE}.0123abcd.partial`]: 0,
    [`.another-host.${GONE}.0123abcd.partial`]: 2,
    [`.${hostname()}.${ELSEWHERE}.0123abcd.partial`]: 2,
    [`x.${hostname()}.${ELSEWHERE}.0123abcd.tmp`]: 2,
  };
  const kept = {
    [temporaryName('of-a-living-process', 'tmp')]: 2,
    [temporaryName('', 'partial')]: 2,
    [`.another-host.${GONE}.0123abcd.partial`.replace('0123', '4567')]: 0.5,
    [`.${hostname()}.${ELSEWHERE}.4567abcd.partial`]: 0.5,
    [`events.${hostname()}.${GONE}.tmp`]: 2,
    'events.jsonl': 2,
  };
  leave(scratch.path, { ...left, ...kept });
  removeLeftOver(scratch.path);
  expect(readdirSync(scratch.path).toSorted()).toEqual(Object.keys(kept).toSorted());
});

it('removeLeftOver() keeps an old directory of another host in which something changed', () => {
  const folder = join(scratch.path, 'changing');
  const name = `.another-host.${GONE}.0123abcd.partial`;
  leave(folder, { [name]: 3 });
  writeFileSync(join(folder, name, 'inside', 'file'), 'more');
  removeLeftOver(folder);
  expect(readdirSync(folder)).toEqual([name]);
});

it('writeFileAtomic() removes them beside what it writes', () => {
  const folder = join(scratch.path, 'written');
  leave(folder, { [`recipe.yaml.${hostname()}.${GONE_MARK}.0123abcd.tmp`]: 0 });
  writeFileAtomic(join(folder, 'recipe.yaml'), 'x');
  expect(readdirSync(folder)).toEqual(['recipe.yaml']);
});

it('removeLeftOver() takes a missing directory for an empty one', () => {
  expect(() => removeLeftOver(join(scratch.path, 'none'))).not.toThrow();
});
