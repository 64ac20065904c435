import { describe, expect, test } from 'vitest';
import { alignGroups, hashGroups } from '../../../src/loop/problem/pool-groups.ts';

const groupsOf = (groups: Record<string, string>) => ({ file: 'g.jsonl', groupOf: new Map(Object.entries(groups)) });

describe('alignGroups()', () => {
  test('numbers groups by first appearance in the pool', () => {
    const groups = groupsOf({ a: 'x', b: 'y', c: 'x', d: 'z' });
    expect(alignGroups(groups, ['d', 'a', 'c', 'b'])).toEqual(Int32Array.of(0, 1, 1, 2));
  });

  test('is null where none are configured', () => {
    expect(alignGroups(null, ['a'])).toBeNull();
  });

  test('counts the items without a group and names the first', () => {
    expect(() => alignGroups(groupsOf({ a: 'x' }), ['b', 'a', 'c'])).toThrow(
      "Cannot use groups 'g.jsonl': 2 of 3 items of the pool have no group ('b' is the first), one for every item is needed",
    );
  });
});

test('hashGroups() knows who is grouped with whom, not what groups are called', () => {
  const hashOf = (groups: Record<string, string>) => hashGroups(alignGroups(groupsOf(groups), ['a', 'b', 'c']));
  expect(hashOf({ a: 'x', b: 'y', c: 'x' })).toBe(hashOf({ a: 'cats', b: 'dogs', c: 'cats' }));
  expect(hashOf({ a: 'x', b: 'y', c: 'x' })).not.toBe(hashOf({ a: 'x', b: 'x', c: 'y' }));
  expect(hashGroups(null)).toBeNull();
});
