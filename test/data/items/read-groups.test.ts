import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SplitItems } from '../../../src/data/dataset.ts';
import { readGroups } from '../../../src/data/items/read-groups.ts';
import { temporaryDirectory, writeSource } from '../fixtures.ts';

const directory = temporaryDirectory();
const none = new Int32Array(3);
const SPLIT: SplitItems = { name: 'train', ids: ['one', 'two', 'three'], prompts: none, a: none, b: none };
let files = 0;
const read = (content: string) => readGroups(writeSource(join(directory, `groups-${files++}.jsonl`), content), SPLIT);

describe('readGroups()', () => {
  test('takes text and whole numbers for groups', async () => {
    const { groupOf } = await read('{"id":"two","group":"x"}\n{"id":"one","group":-7}\n{"id":"three","group":"-7"}');
    expect(Object.fromEntries(groupOf)).toEqual({ two: 'x', one: '-7', three: '-7' });
  });

  test('keeps groups apart that one float64 would stand for', async () => {
    const { groupOf } = await read('{"id":"two","group":9007199254740993}\n{"id":"one","group":9007199254740992}');
    expect(Object.fromEntries(groupOf)).toEqual({ two: '9007199254740993', one: '9007199254740992' });
  });

  test.each([
    ['{"id": "one"}', /^Cannot read '.*' line 1: field 'group' is missing; expected text or a whole number$/],
    ['{"id": "one", "group": 1.5}', /field 'group' is 1\.5; expected text or a whole number/],
    ['{"id": "one", "group": null}', /field 'group' is null; expected text or a whole number/],
    ['{"id": "one", "group": ["x"]}', /field 'group' is \["x"\]; expected text or a whole number/],
    ['{"id": "one", "group": 1, "grupo": 2}', /line 1: it has a field 'grupo'; only id and group are allowed$/],
    ['{"group": 1}', /field 'id' is missing; expected text or a whole number/],
    ['{"id": "one", "group": 1}\n{"id": "one", "group": 1}', /line 2: id 'one' is already on line 1/],
    [
      '{"id": "one", "group": 1}\n{"id": "far", "group": 1}\n{"id": "away", "group": 1}',
      /^Cannot use groups '.*': 2 ids are not in split 'train' \('far' is the first\); use ids of its items$/,
    ],
  ])('refuses %j', async (content, message) => {
    await expect(read(content)).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) });
  });
});
