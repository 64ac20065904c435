import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFinite } from '../../../src/features/store/check-finite.ts';
import { type StoredTensor, writeSafetensors } from '../../../src/features/store/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'balpm-finite-'));
afterAll(() => rmSync(folder, { recursive: true }));

type FloatType = 'float32' | 'float16' | 'bfloat16';

let count = 0;
/** A file with a 3 × 2 matrix of ones, then these bits at an index. */
function writeMatrix(dtype: FloatType, one: number, index: number, bits: number): string {
  const values = dtype === 'float32' ? new Uint32Array(6) : new Uint16Array(6);
  values.fill(one)[index] = bits;
  const tensor: StoredTensor = { dtype, shape: [3, 2], bytes: new Uint8Array(values.buffer) };
  const path = join(folder, `${count++}.safetensors`);
  writeSafetensors(path, new Map([['prompts', tensor]]));
  return path;
}

test.each([
  ['NaN', 'float32', 0x3f80_0000, 0x7fc0_0000],
  ['minus infinity', 'float32', 0x3f80_0000, 0xff80_0000],
  ['infinity', 'float16', 0x3c00, 0x7c00],
  ['NaN', 'bfloat16', 0x3f80, 0xffc1],
] as const)('checkFinite() names the row of %s in %s', async (_what, dtype, one, bits) => {
  const path = writeMatrix(dtype, one, 5, bits);
  await expect(checkFinite(path, 'prompts', dtype, 2)).rejects.toMatchObject({
    exitStatus: 4,
    message: `Cannot read features '${path}': row 2 of tensor 'prompts' holds NaN or infinity, finite features are needed`,
  });
});

test.each([
  ['float32', 0x3f80_0000, 0xff7f_ffff],
  ['float16', 0x3c00, 0xfbff],
  ['bfloat16', 0x3f80, 0x7f7f],
] as const)('checkFinite() takes the largest number of %s', async (dtype, one, bits) => {
  await checkFinite(writeMatrix(dtype, one, 5, bits), 'prompts', dtype, 2);
});
