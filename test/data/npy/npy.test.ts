import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/data/npy/npy.ts';
import { npyBytes as npy } from '../../support/npy-bytes.ts';

describe('parseNpy()', () => {
  it.each([
    ['<f4', Float32Array.of(0.1, -2, 3, 1e30), Float32Array],
    ['<f8', Float64Array.of(0.1, -2, 3, 1e300), Float64Array],
    ['<i4', Int32Array.of(1, -2, 3, 2 ** 31 - 1), Int32Array],
    ['|i1', Int8Array.of(1, -2, 3, -128), Int32Array],
    ['|u1', Uint8Array.of(1, 2, 3, 255), Int32Array],
    ['|b1', Uint8Array.of(1, 0, 0, 1), Int32Array],
    ['<i2', Int16Array.of(1, -2, 3, -32768), Int32Array],
    ['<u2', Uint16Array.of(1, 2, 3, 65535), Int32Array],
    ['<u4', Uint32Array.of(1, 2, 3, 2 ** 32 - 1), Float64Array],
    ['<i8', BigInt64Array.of(1n, -2n, 3n, -(2n ** 53n)), Float64Array],
    ['<u8', BigUint64Array.of(1n, 2n, 3n, 2n ** 53n), Float64Array],
  ])('reads %s row by row', (type, values, Values) => {
    const array = parseNpy(npy(type, '(2, 2)', values), 'x.npy');
    expect(array.shape).toEqual([2, 2]);
    expect(array.values).toEqual(Values.from([...values].map(Number)));
  });

  it('widens float16: normal, subnormal, infinite, not a number', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0xfc00, 0x7e00);
    const { values } = parseNpy(npy('<f2', '(7,)', halves), 'x.npy');
    expect([...values]).toEqual([1, -2, 2 ** -24, -0, 65504, -Infinity, NaN]);
  });

  it('reads a scalar, an empty array, and a header of version 2', () => {
    const one = Float32Array.of(7);
    expect(parseNpy(npy('<f4', '()', one), 'x.npy')).toEqual({ shape: [], values: Float32Array.of(7) });
    expect(parseNpy(npy('<f4', '(0, 3)', new Uint8Array(0)), 'x.npy').shape).toEqual([0, 3]);
    expect(parseNpy(npy('<f4', '(1,)', one, { version: 2 }), 'x.npy').shape).toEqual([1]);
  });

  const four = new Uint8Array(4);
  it.each([
    ['a foreign file', Buffer.from('PK\x03\x04 something else'), /does not begin like one; give an .npy file/],
    ['an empty file', new Uint8Array(0), /does not begin like one/],
    ['an object array', npy('|O', '(1,)', four), /its element type is '\|O'; expected one of /],
    ['big-endian numbers', npy('>f4', '(1,)', four), /its element type is '>f4'/],
    ['Fortran order', npy('<f4', '(1,)', four, { order: 'True' }), /its order is Fortran; use C order/],
    ['missing content', npy('<f4', '(2,)', four), /4 bytes follow the header; expected 8/],
    ['surplus content', npy('<f4', '(1,)', new Uint8Array(5)), /5 bytes follow the header; expected 4/],
    ['a cut header', npy('<f4', '(1,)', four).subarray(0, 40), /it ends within its header; give the complete file/],
    ['a header of another kind', npy('<f4', '(1,', four), /expected descr, fortran_order and shape/],
  ])('refuses %s, naming the file', (_, bytes, reason) => {
    expect(() => parseNpy(bytes, 'features.npy')).toThrow(reason);
    expect(() => parseNpy(bytes, 'features.npy')).toThrow("Cannot read array 'features.npy': ");
  });
});
