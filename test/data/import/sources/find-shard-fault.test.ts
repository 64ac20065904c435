import { describe, expect, test } from 'vitest';
import { findShardFault } from '../../../../src/data/import/sources/find-shard-fault.ts';

const faultOf = (...stems: string[]): string | null =>
  findShardFault(stems.map((stem) => ({ name: `${stem}.jsonl`, stem })));

const shards = (prefix: string, total: string, ...indices: string[]): string[] =>
  indices.map((index) => `${prefix}-${index}-of-${total}`);

describe('findShardFault()', () => {
  test.each([
    ['one file a split', ['train', 'test']],
    ['a whole set', shards('train', '00003', '00000', '00001', '00002')],
    ['a whole set that is numbered from 1', shards('train', '00003', '00001', '00002', '00003')],
    ['a set of one', ['train-00000-of-00001']],
    ['narrow and wide numbers', [...shards('train', '2', '0', '1'), ...shards('test', '000002', '000001', '000000')]],
    ['other separators', ['a_0-of-2', 'a_1-of-2', 'b.0-of-1']],
    ['shards with a hash', ['train-00000-of-00002-0a1b2c', 'train-00001-of-00002-ffee01']],
  ])('finds none in %s', (_what, stems) => expect(faultOf(...stems)).toBeNull());

  test.each([
    ['a missing shard', shards('train', '00003', '00000', '00002'), "1 of 3 shards is missing: 'train-00001-of-00003'"],
    ['a missing first shard', shards('t', '2', '1'), "'t-0-of-2'"],
    ['a missing shard with another separator', ['train_0-of-2'], "'train_1-of-2'"],
    ['a name that may be a shard', ['train-0_of_2'], "'train-0_of_2.jsonl' looks like a shard, but is not named like"],
    ['the same in capitals', ['train-0-OF-2'], "'train-0-OF-2.jsonl' looks like a shard"],
    ['a missing last shard', shards('a-b', '03', '00', '01'), "'a-b-02-of-03'"],
    ['very many missing', shards('t', '999999999', '7'), "'t-000000004-of-999999999' and 999999993 more"],
    [
      'two sets',
      ['t-0-of-1', 't-0-of-2', 't-1-of-2'],
      "'t-0-of-1.jsonl' and 't-0-of-2.jsonl' are shards of different sets",
    ],
    ['a shard beside a whole file', ['train', 'train-00000-of-00001'], "'train.jsonl' is beside 'train-00000"],
    [
      'a shard twice',
      ['t-0-of-2-aa', 't-0-of-2-bb', 't-1-of-2'],
      "'t-0-of-2-aa.jsonl' and 't-0-of-2-bb.jsonl' are the same",
    ],
    ['one number in two widths', ['t-0-of-2', 't-00-of-2', 't-1-of-2'], 'are the same shard'],
    ['a missing shard of a set numbered from 1', shards('t', '3', '1', '3'), "1 of 3 shards is missing: 't-2-of-3'"],
    ['a number beyond the set', shards('t', '2', '0', '1', '2'), "'t-2-of-2.jsonl' is numbered beyond its set"],
    ['a set of none', ['t-0-of-0'], 'numbered beyond its set'],
    ['two whole files', ['train', 'train'], "'train.jsonl' and 'train.jsonl' are the same split"],
    ['a fault of the second split', ['test', ...shards('train', '2', '0')], "'train-1-of-2'"],
  ])('names %s', (_what, stems, found) => expect(faultOf(...stems)).toContain(found));
});
