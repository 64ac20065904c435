import { expect, test } from 'vitest';
import { openStream } from '../../src/random/stream.ts';
import { createZipf } from '../../src/synthetic/zipf.ts';

test.each([0, 1, 1.5])('createZipf() draws in proportion to (index + 1)^−%d', (exponent) => {
  const draw = createZipf(5, exponent);
  const stream = openStream([exponent, 'zipf']);
  const counts = [0, 0, 0, 0, 0];
  for (let index = 0; index < 20_000; index++) {
    const drawn = draw(stream);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  const weights = counts.map((_, index) => (index + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  counts.forEach((count, index) => expect(count / 20_000).toBeCloseTo((weights[index] as number) / total, 1.7));
});
