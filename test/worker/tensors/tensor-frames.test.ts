import { describe, expect, it } from 'vitest';
import type { TensorSpec } from '../../../src/protocol/tensor.ts';
import { int32Tensor, valuesOf } from '../../../src/worker/tensors/tensor.ts';
import { TensorFiles } from '../../../src/worker/tensors/tensor-files.ts';
import { decodeTensor, describeTensors } from '../../../src/worker/tensors/tensor-frames.ts';
import { unpackTensors } from '../../../src/worker/tensors/unpack-tensors.ts';

const frameAt = (index: number) => ({ kind: 'frame' as const, frame: index });
const spec: TensorSpec = { name: 'a', dtype: 'int32', shape: [2], order: 'C', nbytes: 8, loc: frameAt(0) };
const noFiles = new TensorFiles({ session: 'none', sharedMemory: null });

describe('describeTensors()', () => {
  it('refuses a shape that does not hold the values', () => {
    expect(() => describeTensors({ a: int32Tensor(new Int32Array(3), [2]) }, 'a test')).toThrow(/shape \[2\]/);
  });

  it('refuses more than 64 tensors', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, int32Tensor(new Int32Array(1))]));
    expect(() => describeTensors(many, 'a test')).toThrow(/it has 65 tensors, at most 64 is needed/);
  });
});

describe('decodeTensor()', () => {
  it('reads a frame that lies unaligned in its buffer', () => {
    const bytes = Buffer.alloc(9);
    bytes.writeInt32LE(7, 1);
    const a = decodeTensor(spec, bytes.subarray(1));
    expect([...valuesOf({ a }, 'a', 'int32')]).toEqual([7, 0]);
  });
});

describe('unpackTensors()', () => {
  const inFile = { kind: 'file' as const, path: '/dev/null', offset: 0, sha256: 'a'.repeat(64) };

  it.each([
    ['a frame of another length', [spec], [Buffer.alloc(4)], '8 bytes are needed, the frame has 4'],
    ['a shape of another size', [{ ...spec, shape: [3] }], [Buffer.alloc(8)], 'needs 12 bytes, the header says 8'],
    ['a frame that did not come', [{ ...spec, loc: frameAt(1) }], [Buffer.alloc(8)], 'the frame has not come'],
    ['fewer frames than tensors', [spec], [], '1 tensors in frames came with 0 frames'],
    ['two tensors of one name', [spec, spec], [Buffer.alloc(8), Buffer.alloc(8)], 'the same name'],
    ['a file of nowhere', [{ ...spec, loc: inFile }], [], "'/dev/null' is not in a directory of this session"],
  ])('refuses %s', async (_what, specs, frames, message) => {
    await expect(unpackTensors(specs, frames, noFiles)).rejects.toThrow(message);
  });
});

describe('valuesOf()', () => {
  it('names a tensor that is missing or of another type', () => {
    const given = { a: int32Tensor(new Int32Array(1)) };
    expect(() => valuesOf(given, 'b', 'int32')).toThrow("Cannot use tensor 'b': nothing came, int32 is needed");
    expect(() => valuesOf(given, 'a', 'float32')).toThrow("Cannot use tensor 'a': int32 came, float32 is needed");
  });
});
