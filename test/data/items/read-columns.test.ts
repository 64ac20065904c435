import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SplitItems } from '../../../src/data/dataset.ts';
import { readColumns } from '../../../src/data/items/read-columns.ts';
import { temporaryDirectory, writeRows, writeSource } from '../fixtures.ts';

const directory = temporaryDirectory();
const SPLIT: SplitItems = {
  name: 'train',
  ids: ['one', 'two', 'three'],
  prompts: new Int32Array(3),
  a: new Int32Array(3),
  b: new Int32Array(3),
};
let files = 0;
const write = (rows: Parameters<typeof writeRows>[1], suffix = ''): string =>
  writeRows(join(directory, `columns-${files++}.jsonl${suffix}`), rows);
const read = (...paths: string[]) => readColumns(paths, SPLIT);

describe('readColumns()', () => {
  test('joins by id in any order, over several files, plain and gzipped', async () => {
    const one = write([
      { id: 'two', score: 2, price: -0.5 },
      { id: 'one', score: 1, price: 7e20 },
    ]);
    const other = write([{ id: 'three', entropy: 3.25 }], '.gz');
    const columns = await read(one, other);
    expect([...columns.keys()]).toEqual(['score', 'price', 'entropy']);
    expect(columns.get('score')).toEqual({ file: one, values: Float64Array.of(1, 2, Number.NaN) });
    expect(columns.get('price')?.values).toEqual(Float64Array.of(7e20, -0.5, Number.NaN));
    expect(columns.get('entropy')?.values).toEqual(Float64Array.of(Number.NaN, Number.NaN, 3.25));
  });

  test('leaves out lines of other splits, whatever they hold, and ids of other items', async () => {
    const path = write([
      { id: 'one', split: 'train', score: 1 },
      { id: 'one', split: 'test', score: 'high', other: 4 },
      { id: 'elsewhere', score: 9 },
    ]);
    const columns = await read(path);
    expect([...columns.keys()]).toEqual(['score']);
    expect(columns.get('score')?.values).toEqual(Float64Array.of(1, Number.NaN, Number.NaN));
  });

  test('takes a whole number for the id of its digits, beyond 2^53 too', async () => {
    const path = writeSource(
      join(directory, 'whole.jsonl'),
      '{"id": 7, "s": 1}\n{"id": 9007199254740993, "s": 2}\n{"id": "07", "s": 3}',
    );
    const split = { ...SPLIT, ids: ['7', '07', '9007199254740993'] };
    expect((await readColumns([path], split)).get('s')?.values).toEqual(Float64Array.of(1, 3, 2));
  });

  test.each(['NaN', 'Infinity', '-Infinity', '"\xff"'])(
    'marks a column with %s, and reads those beside it',
    async (value) => {
      const content = Buffer.from(`{"id": "one", "s": 1}\n{"id": "two", "s": 2, "t": ${value}}`, 'latin1');
      const columns = await read(writeSource(join(directory, `marked-${files++}.jsonl`), content));
      expect(columns.get('s')?.values).toEqual(Float64Array.of(1, 2, Number.NaN));
      expect(columns.get('t')?.unusable).toMatch(
        /^Cannot read '.*' line 2: column 't' (is|has) .*; expected a finite number/,
      );
    },
  );

  test.each([
    ['UTF-16', Buffer.from('\ufeff{"id": "one", "s": 1}\n', 'utf16le'), /: it is UTF-16 text; save it as UTF-8/],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff{"id": "one", "s": 1}\n'), null],
  ])('knows %s by its mark', async (_name, content, message) => {
    const path = writeSource(join(directory, `marked-${files++}.jsonl`), content);
    if (message === null) expect((await read(path)).get('s')?.values[0]).toBe(1);
    else await expect(read(path)).rejects.toThrow(message);
  });

  test('reads nothing from no files', async () => {
    expect(await read()).toEqual(new Map());
  });

  test.each([
    ['{"id": "one", "s": 1}\n{"id": "one" "s"}', /^Cannot read '.*' line 2: it is not JSON/],
    ['[1]', /line 1: it has \[1\]; expected one JSON object$/],
    ['{"s": 1}', /line 1: field 'id' is missing; expected text or a whole number/],
    ['{"id": 5.0, "s": 1}', /line 1: field 'id' is 5\.0; expected text or a whole number \(1, not 1\.0\)$/],
    ['{"id": 1e3, "s": 1}', /line 1: field 'id' is 1e3; expected text/],
    ['{"id": NaN, "s": 1}', /line 1: field 'id' is NaN; expected text/],
    ['{"id": 5, "s": 1}\n{"id": "5", "s": 1}', /line 2: id '5' is already on line 1/],
    ['{"id": "one", "split": 0, "s": 1}', /line 1: field 'split' is 0; expected text$/],
    ['{"id": "one", "s": "1"}', /line 1: column 's' is "1"; expected a finite number$/],
    ['{"id": "one", "s": null}', /line 1: column 's' is null; expected a finite number$/],
    ['{"id": "one", "s": true}', /line 1: column 's' is true; expected a finite number$/],
    ['{"id": "one", "s": -1e999}', /line 1: column 's' is not finite; expected a finite number$/],
    ['{"id": "one", "s": NaN', /line 1: it is not JSON/],
    ['{"id": "one", NaN: 1}', /line 1: it is not JSON/],
    ['{"id": "absent", "s": []}', /line 1: column 's' is \[\]; expected a finite number$/],
    ['{"id": "one", "s": 1}\n\n{"id": "one", "s": 2}', /line 3: id 'one' is already on line 1; give one line per item/],
    ['', /^Cannot read columns '.*': no line has a column of split 'train'; write lines like/],
    ['{"id": "one", "split": "test", "s": 1}', /no line has a column of split 'train'/],
    [Uint8Array.of(0x22, 0xff), /line 1: it is not UTF-8/],
  ])('refuses %j', async (content, message) => {
    const path = writeSource(join(directory, `wrong-${files++}.jsonl`), content);
    await expect(read(path)).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) });
  });

  test('refuses a column that stands in two files, naming both', async () => {
    const [one, other] = [write([{ id: 'one', s: 1, t: 1 }]), write([{ id: 'two', s: 1 }])];
    await expect(read(one, other)).rejects.toThrow(
      `Cannot read columns '${other}': column 's' is also in '${one}'; give each column in one file`,
    );
  });

  test('refuses a file that is not there', async () => {
    await expect(read(join(directory, 'absent.jsonl'))).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/Cannot read '.*absent\.jsonl': there is no such file/),
    });
  });
});
