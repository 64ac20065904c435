import { expect, test } from 'vitest';
import { isChoosingRound } from '../../../src/loop/model/choosing-rounds.ts';

test('isChoosingRound() names rounds 0, 2, 5 and 10 times the powers of two', () => {
  const rounds = Array.from({ length: 1000 }, (_value, round) => round);
  expect(rounds.filter(isChoosingRound)).toEqual([0, 2, 5, 10, 20, 40, 80, 160, 320, 640]);
});
