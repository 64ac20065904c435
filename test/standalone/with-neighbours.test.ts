import { describe, expect, it } from 'vitest';
import { fitsHere } from '../../src/standalone/with-neighbours.ts';

/** Nothing but the sizes is looked at; so many numbers take their memory only when they are written. */
const prompts = (size: number, dimension: number) => ({ values: new Float32Array(size * dimension), dimension });

describe('fitsHere()', () => {
  it('takes up to 20,000 prompts of 1,024 features, and more when they are shorter', () => {
    expect(fitsHere(prompts(20_000, 1024))).toBe(true);
    expect(fitsHere(prompts(20_100, 1024))).toBe(false);
    expect(fitsHere(prompts(5000, 4096))).toBe(true);
    expect(fitsHere(prompts(60_000, 16))).toBe(true);
    expect(fitsHere(prompts(92_000, 16))).toBe(false);
  });
});
