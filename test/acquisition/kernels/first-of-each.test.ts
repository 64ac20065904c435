import { expect, it } from 'vitest';
import { firstOfEach } from '../../../src/acquisition/kernels/first-of-each.ts';

it('firstOfEach() gives the first item of every prompt in the order of the items', () => {
  expect(firstOfEach(Int32Array.of(4, 3, 1, 2), Int32Array.of(7, 0, 7, 7, 7))).toEqual(Int32Array.of(4, 1));
  expect(firstOfEach(new Int32Array(0), new Int32Array(0))).toEqual(new Int32Array(0));
});
