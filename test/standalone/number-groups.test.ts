import { describe, expect, it } from 'vitest';
import { numberGroups } from '../../src/standalone/number-groups.ts';

describe('numberGroups()', () => {
  it('numbers texts and whole numbers in order of first appearance, and tells 1 from "1"', () => {
    expect(numberGroups(['b', 'a', 1, 'b', '1'], 5)).toEqual(Int32Array.of(0, 1, 2, 0, 3));
  });

  it.each([
    [['a'], 'there are 1; one for each of 2 items, also the acquired, is needed'],
    [['a', null], 'item 1 has null; a text or a whole number below 2^53 is needed'],
    [[1, 1.5], 'item 1 has 1.5'],
    [[1, 2 ** 53], 'item 1 has 9007199254740992'],
  ])('refuses %j', (groups, reason) => {
    expect(() => numberGroups(groups as string[], 2)).toThrow(`Cannot use the groups: ${reason}`);
  });
});
