import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readByteLines } from '../../../src/data/lines/byte-lines.ts';
import { temporaryDirectory, writeSource } from '../fixtures.ts';

async function linesOf(name: string, content: string | Uint8Array): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for await (const { number, bytes } of readByteLines(writeSource(join(temporaryDirectory(), name), content))) {
    lines.push([number, bytes.toString('utf8')]);
  }
  return lines;
}

describe('readByteLines()', () => {
  test('numbers lines from 1 and passes over blank ones', async () => {
    expect(await linesOf('x', 'one\n\r\n\nfour')).toEqual([
      [1, 'one'],
      [4, 'four'],
    ]);
  });

  test('takes a byte order mark and line ends away, once and at the edge only', async () => {
    expect(await linesOf('x', '\ufeffone\r\n\ufefftwo\rx\r\n')).toEqual([
      [1, 'one'],
      [2, '\ufefftwo\rx'],
    ]);
    expect(await linesOf('x', '\ufeff\r\n')).toEqual([]);
  });

  test('joins lines that lie across slices, plain or gzipped', async () => {
    const long = 'é'.repeat(400_000);
    for (const name of ['x', 'x.gz'])
      expect(await linesOf(name, `a\n${long}\nb`)).toEqual([
        [1, 'a'],
        [2, long],
        [3, 'b'],
      ]);
  });

  test('gives back what any text splits into', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '🙂', ' ', ','), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        expect(await linesOf('x.gz', lines.join('\n'))).toEqual(lines.map((text, index) => [index + 1, text]));
      }),
      { numRuns: 20 },
    );
  });

  test('stops reading when no more is asked for', async () => {
    const path = writeSource(join(temporaryDirectory(), 'x'), 'one\ntwo\n');
    for await (const { number } of readByteLines(path)) {
      expect(number).toBe(1);
      break;
    }
  });
});
