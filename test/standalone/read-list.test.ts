import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readList } from '../../src/standalone/read-list.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const path = join(scratch.path, 'ids.json');

describe('readList()', () => {
  it('reads a JSON array as it is', async () => {
    writeFileSync(path, ' [3, "a", 1.5]\n');
    expect(await readList(path)).toEqual([3, 'a', 1.5]);
    writeFileSync(path, '\ufeff[3]');
    expect(await readList(path)).toEqual([3]);
  });

  it.each<[string | Buffer, RegExp]>([
    ['{"a": 1}', /ids\.json': it is of type object; a JSON array as \[3, 1, 2\] is needed/],
    ['null', /it is null/],
    [Buffer.from('\ufeff[1]', 'utf16le'), /ids\.json': it is UTF-16 text; save it as UTF-8/],
    [Buffer.from('[1,\n"\xe9"]', 'latin1'), /ids\.json': line 2 is not UTF-8; save it as UTF-8/],
    ['[1, 2', /Cannot read list '.*ids\.json': .*JSON/],
    ['', /Unexpected end of JSON input/],
  ])('refuses %s', async (text, reason) => {
    writeFileSync(path, text);
    await expect(readList(path)).rejects.toThrow(reason);
    await expect(readList(path)).rejects.toMatchObject({ kind: 'data' });
  });

  it('refuses a file that is not there', async () => {
    await expect(readList(join(scratch.path, 'absent.json'))).rejects.toThrow(
      /Cannot read list '.*': there is no such/,
    );
  });
});
