import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/data/npy/read-npy.ts';
import { makeScratch } from '../../support/balpm.ts';
import { npyBytes } from '../../support/npy-bytes.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const write = (bytes: Uint8Array): string => {
  const path = join(scratch.path, 'x.npy');
  writeFileSync(path, bytes);
  return path;
};
const FLOATS = ['<f4', '<f2'];

describe('readNpy()', () => {
  it.each([1, 2, 3])('reads the bytes after a header of version %i', async (version) => {
    const values = Float32Array.of(0.1, -2, 3, 4, 5, 6);
    const { type, shape, bytes } = await readNpy(write(npyBytes('<f4', '(3, 2)', values, { version })), FLOATS);
    expect({ type, shape }).toEqual({ type: '<f4', shape: [3, 2] });
    expect(new Float32Array(bytes.buffer)).toEqual(values);
  });

  const four = new Uint8Array(4);
  const cut = npyBytes('<f4', '(1,)', four);
  const claim = (length: number): Uint8Array => {
    const bytes = npyBytes('<f4', '(1,)', four, { version: 2 });
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, length, true);
    return Buffer.concat([bytes, Buffer.alloc(3 << 20)]);
  };
  it.each([
    ['a foreign file', Buffer.from('{"picks": [1, 2, 3]}'), 'it does not begin like one; give an .npy file'],
    ['an empty file', new Uint8Array(0), 'it does not begin like one'],
    ['a later version', npyBytes('<f4', '(1,)', four, { version: 4 }), 'its format has version 4; expected 1 to 3'],
    ['a cut header', cut.subarray(0, 40), 'it ends within its header; give the complete file'],
    ['a header longer than the file', claim(1 << 30), 'it ends within its header'],
    ['an endless header', claim(2 << 20), 'its header claims 2097152 bytes; at most 1048576 are allowed'],
    ['float64', npyBytes('<f8', '(1,)', new Float64Array(1)), 'its elements are float64; expected float32 or float16'],
    ['whole numbers', npyBytes('<i8', '(1,)', four), 'its elements are int64; expected float32'],
    ['big-endian numbers', npyBytes('>f4', '(1,)', four), 'its elements are big-endian float32; expected float32'],
    ['objects', npyBytes('|O', '(1,)', four), "its elements are '|O'; expected float32"],
    ['Fortran order', npyBytes('<f4', '(1,)', four, { order: 'True' }), 'its order is Fortran; use C order'],
    ['a header of another kind', npyBytes('<f4', '(1,', four), 'its header is '],
    ['a cut content', npyBytes('<f4', '(2,)', four), '4 bytes follow the header; expected 8 for its shape'],
    ['surplus content', npyBytes('<f4', '(1,)', new Uint8Array(5)), '5 bytes follow the header; expected 4'],
    ['a shape beyond all memory', npyBytes('<f4', '(99999999999, 99999999)', four), '4 bytes follow the header'],
  ])('refuses %s, naming the file', async (_, bytes, reason) => {
    const refused = readNpy(write(bytes), FLOATS);
    await expect(refused).rejects.toThrow(`Cannot read array '${join(scratch.path, 'x.npy')}': ${reason}`);
    await expect(refused).rejects.toMatchObject({ kind: 'data' });
  });

  it('refuses what is not there and what is a directory', async () => {
    await expect(readNpy(join(scratch.path, 'absent.npy'), FLOATS)).rejects.toThrow(/there is no such file/);
    await expect(readNpy(scratch.path, FLOATS)).rejects.toThrow(/it is a directory/);
  });
});
