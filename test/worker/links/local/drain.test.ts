import { describe, expect, it } from 'vitest';
import { keepLastLines } from '../../../../src/worker/links/local/drain.ts';

describe('keepLastLines()', () => {
  it('keeps the newest lines over chunks, the open one included', () => {
    const kept = keepLastLines(2);
    for (const chunk of ['a\nb', 'b\nc\n', 'd']) kept.add(chunk);
    expect(kept.lines()).toEqual(['c', 'd']);
  });

  it('shows a line that was written over as a terminal does', () => {
    const kept = keepLastLines(9);
    kept.add('10 %\r20 %\r30 %\nend\r\n');
    expect(kept.lines()).toEqual(['30 %', 'end']);
  });

  it('cuts a line without end', () => {
    const kept = keepLastLines(9, 4);
    for (let index = 0; index < 10; index += 1) kept.add('abc');
    expect(kept.lines()).toEqual(['cabc']);
  });
});
