import { expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { squaredDistance } from '../../../src/standalone/in-process/squared-distance.ts';
import { addTileSquares } from '../../../src/standalone/in-process/tile-squares.ts';

it('addTileSquares() adds up to squaredDistance() of every pair, to the last bit and in any number of steps', () => {
  const [dimension, stream] = [50, openStream(['test', 'tile'])];
  const features = Float32Array.from({ length: 6 * dimension }, () => stream.normal());
  const values = Float64Array.from(features);
  const sums = new Float64Array(9);
  const [x, y] = [
    { values, dimension, at: 0 },
    { values, dimension, at: 3 * dimension },
  ];
  for (const axes of [
    [0, 17],
    [17, 18],
    [18, 50],
  ] as const)
    addTileSquares(sums, x, y, axes);
  const expected = [0, 1, 2].flatMap((a) =>
    [3, 4, 5].map((b) => squaredDistance({ values: features, dimension }, a, b)),
  );
  expect([...sums]).toEqual(expected);
});
