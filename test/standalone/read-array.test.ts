import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensorOf, writeSafetensors } from '../../src/features/store/safetensors.ts';
import { readArray } from '../../src/standalone/read-array.ts';
import { makeScratch } from '../support/balpm.ts';
import { npyBytes } from '../support/npy-bytes.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const MATRIX = { dtypes: ['float32', 'float16'], axes: ['items', 'features'] } as const;
const one = tensorOf(Float32Array.of(1, 2, 3, 4), [2, 2]);
const floats = ({ bytes }: { bytes: Uint8Array }): number[] => [...new Float32Array(bytes.buffer as ArrayBuffer)];

beforeAll(() => {
  writeFileSync(at('x.npy'), npyBytes('<f4', '(2, 2)', Float32Array.of(1, 2, 3, 4)));
  writeFileSync(at('vector.npy'), npyBytes('<f4', '(2,)', Float32Array.of(1, 2)));
  writeSafetensors(at('one.safetensors'), new Map([['embeddings', one]]));
  writeSafetensors(
    at('two.safetensors'),
    new Map([
      ['prompts', one],
      ['wide', tensorOf(Float64Array.of(1), [1, 1])],
    ]),
  );
  writeSafetensors(at('none.safetensors'), new Map());
  writeFileSync(at('odd.safetensors:name'), npyBytes('<f4', '(1, 1)', Float32Array.of(7)));
});

describe('readArray()', () => {
  it.each(['x.npy', 'one.safetensors', 'one.safetensors:embeddings', 'two.safetensors:prompts'])(
    'reads %s',
    async (place) => {
      const array = await readArray(at(place), MATRIX);
      expect(array).toMatchObject({ dtype: 'float32', shape: [2, 2] });
      expect(floats(array)).toEqual([1, 2, 3, 4]);
    },
  );

  it('takes a file that is there for a file, whatever its name looks like', async () => {
    expect(floats(await readArray(at('odd.safetensors:name'), MATRIX))).toEqual([7]);
  });

  it.each([
    ['vector.npy', /vector\.npy': its shape is \(2\), \(items, features\) is needed/],
    ['absent.npy', /Cannot read array '.*absent\.npy': there is no such file/],
    ['absent.safetensors', /absent\.safetensors': there is no such file/],
    ['two.safetensors', /it holds 2 tensors, .*two\.safetensors:NAME is needed \(NAME: prompts, wide\)/],
    ['none.safetensors', /it holds 0 tensors/],
    ['two.safetensors:other', /it has no tensor 'other', one of prompts, wide is needed/],
    ['two.safetensors:wide', /two\.safetensors:wide': its elements are float64, float32 or float16 is needed/],
  ])('refuses %s', async (place, reason) => {
    await expect(readArray(at(place), MATRIX)).rejects.toThrow(reason);
    await expect(readArray(at(place), MATRIX)).rejects.toMatchObject({ kind: 'data' });
  });
});
