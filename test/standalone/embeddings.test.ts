import { describe, expect, it } from 'vitest';
import { embeddingsOf } from '../../src/standalone/embeddings.ts';
import { bfloat16Tensor, float16Tensor, float32Tensor, float64Tensor } from '../../src/worker/tensors/tensor.ts';

describe('embeddingsOf()', () => {
  it('takes float32 as it is and widens 16-bit floats without loss', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    expect(embeddingsOf(float32Tensor(values, [2, 2])).values).toBe(values);
    expect(embeddingsOf(float16Tensor(Uint16Array.of(0x3c00, 0x2e66), [1, 2])).values).toEqual(
      Float32Array.of(1, 1638 * 2 ** -14),
    );
    expect(embeddingsOf(bfloat16Tensor(Uint16Array.of(0x3f80), [1, 1]))).toEqual({
      size: 1,
      dimension: 1,
      values: Float32Array.of(1),
    });
  });

  it.each([
    ['float64', float64Tensor(new Float64Array(4), [2, 2]), 'they are float64, float32, float16 or bfloat16 is needed'],
    ['one axis', float32Tensor(new Float32Array(4)), 'their shape is 4, items × features, at least 1 × 1, is needed'],
    ['three axes', float32Tensor(new Float32Array(4), [2, 2, 1]), 'their shape is 2 × 2 × 1'],
    ['no items', float32Tensor(new Float32Array(0), [0, 3]), 'their shape is 0 × 3'],
    ['no features', float32Tensor(new Float32Array(0), [3, 0]), 'their shape is 3 × 0'],
    ['numbers missing', float32Tensor(new Float32Array(5), [2, 3]), 'there are 5 numbers, 6 are needed'],
    ['NaN', float32Tensor(Float32Array.of(1, 2, 3, NaN, 5, 6), [2, 3]), 'item 1 has NaN in column 0, finite numbers'],
    ['infinity in float16', float16Tensor(Uint16Array.of(0, 0xfc00), [1, 2]), 'item 0 has -Infinity in column 1'],
  ])('refuses %s', (_, tensor, reason) => {
    expect(() => embeddingsOf(tensor)).toThrow(`Cannot use the prompt embeddings: ${reason}`);
  });
});
