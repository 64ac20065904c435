import { describe, expect, it } from 'vitest';
import { widenBfloat16, widenFloat16 } from '../../src/math/widen-floats.ts';

describe('widenFloat16()', () => {
  it('gives every kind of number: normal, subnormal, zeros, infinite, not a number', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0xfc00, 0x7e00, 0x2e66);
    const expected = [1, -2, 2 ** -24, -0, 65504, -Infinity, NaN, 1638 * 2 ** -14];
    expect(widenFloat16(halves)).toEqual(Float32Array.from(expected));
  });
});

describe('widenBfloat16()', () => {
  it('puts the bits in front', () => {
    const bits = Uint16Array.of(0x3f80, 0xc000, 0x8000, 0x7f80, 0x3e80);
    expect(widenBfloat16(bits)).toEqual(Float32Array.of(1, -2, -0, Infinity, 0.25));
  });
});
