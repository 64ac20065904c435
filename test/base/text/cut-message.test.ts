import { describe, expect, test } from 'vitest';
import { cutMessage } from '../../../src/base/text/cut-message.ts';
import { cutText } from '../../../src/base/text/cut-text.ts';

describe('cutText()', () => {
  test('cuts between characters and tells how long the text was', () => {
    expect(cutText('😀'.repeat(1000), 3)).toBe('😀😀😀… (2,000 characters)');
    expect(cutText('😀😀😀', 3)).toBe('😀😀😀');
  });
});

describe('cutMessage()', () => {
  const around = (value: string): string => `Cannot read 'x': item ${value} has no label; a label is needed`;

  test.each([
    ['a quoted word', `'${'a'.repeat(1 << 20)}'`, `'${'a'.repeat(300)}… (1,048,576 characters)'`],
    ['a quoted value with spaces', `'${'a b '.repeat(1 << 18)}'`, `'${'a b '.repeat(75)}… (1,048,576 characters)'`],
    ['a bare word', 'a'.repeat(1 << 20), `${'a'.repeat(300)}… (1,048,576 characters)`],
  ])('cuts %s and keeps what stands round it', (_name, value, cut) => {
    expect(cutMessage(around(value))).toBe(around(cut));
  });

  test('keeps both ends of a line of anything, and the first and last of too many lines', () => {
    const long = cutMessage(around(`it's "${"a b' ".repeat(1 << 18)}"`));
    expect(long.length).toBeLessThan(4200);
    expect(long).toMatch(/^Cannot read 'x': item .* has no label; a label is needed$/);
    const lines = cutMessage(around('a\n'.repeat(1 << 18))).split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[50]).toBe('… (262,145 lines)');
    expect(lines.at(-1)).toBe(' has no label; a label is needed');
  });

  test('leaves a message of usual length, however many values it quotes', () => {
    const message = around(Array.from({ length: 40 }, (_, index) => `'item-${index}'`).join(', '));
    expect(cutMessage(message)).toBe(message);
  });
});
