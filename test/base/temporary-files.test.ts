import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeLeftOver, temporaryName } from '../../src/base/temporary-files.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const GONE = 2 ** 22 + 1; // beyond the greatest process number of Linux

it('removeLeftOver() removes what gone processes of this host left, and nothing else', () => {
  const left = [`events.${hostname()}.${GONE}.0123abcd.tmp`, `.${hostname()}.${GONE}.0123abcd.partial`];
  const kept = [
    temporaryName('of-a-living-process', 'tmp'),
    `.another-host.${GONE}.0123abcd.partial`,
    `events.${hostname()}.${GONE}.tmp`,
    'events.jsonl',
  ];
  for (const name of [...left, ...kept]) {
    if (name.endsWith('.partial')) mkdirSync(join(scratch.path, name, 'inside'), { recursive: true });
    else writeFileSync(join(scratch.path, name), '');
  }
  removeLeftOver(scratch.path);
  expect(readdirSync(scratch.path).toSorted()).toEqual(kept.toSorted());
});

it('removeLeftOver() takes a missing directory for an empty one', () => {
  expect(() => removeLeftOver(join(scratch.path, 'none'))).not.toThrow();
});
