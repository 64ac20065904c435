import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAGIC } from '../../src/protocol/envelope.ts';
import { decodeTensors, describeTensors, encodeMessage, splitMessage } from '../../src/worker/frames.ts';
import { float32Tensor, float64Tensor, int32Tensor, type Tensors, valuesOf } from '../../src/worker/tensor.ts';

const tensors = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.oneof(
    fc.int32Array().map((values) => int32Tensor(values)),
    fc.float32Array().map((values) => float32Tensor(values)),
    fc.float64Array().map((values) => float64Tensor(values)),
  ),
  { maxKeys: 5 },
) as fc.Arbitrary<Tensors>;

describe('encodeMessage()', () => {
  it('is undone by splitMessage() and decodeTensors()', () => {
    fc.assert(
      fc.property(tensors, (sent) => {
        const specs = describeTensors(sent, 'a test');
        const frames = encodeMessage({ specs }, sent, 'a test').map((frame) => Buffer.from(frame));
        const split = splitMessage(frames);
        expect(JSON.parse(String(split?.header))).toEqual(JSON.parse(JSON.stringify({ specs })));
        expect(decodeTensors(specs, split?.tensorFrames ?? [])).toEqual({ ...sent });
      }),
    );
  });

  it('refuses a header beyond 1 MiB', () => {
    expect(() => encodeMessage({ text: 'x'.repeat(1 << 20) }, {}, 'a test')).toThrow(/Cannot send a test: its header/);
  });
});

describe('describeTensors()', () => {
  it('refuses a shape that does not hold the values', () => {
    expect(() => describeTensors({ a: int32Tensor(new Int32Array(3), [2]) }, 'a test')).toThrow(/shape \[2\]/);
  });

  it('refuses more than 64 tensors', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, int32Tensor(new Int32Array(1))]));
    expect(() => describeTensors(many, 'a test')).toThrow(/it has 65 tensors, at most 64 is needed/);
  });
});

describe('splitMessage()', () => {
  it('drops a message without the mark', () => {
    expect(splitMessage([Buffer.from('other/1'), Buffer.from('{}')])).toBeUndefined();
    expect(splitMessage([Buffer.from(MAGIC)])).toBeUndefined();
  });
});

describe('decodeTensors()', () => {
  const [spec] = describeTensors({ a: int32Tensor(new Int32Array(2)) }, 'a test');
  if (spec === undefined) throw new Error('one tensor has one spec');

  it('reads a frame that lies unaligned in its buffer', () => {
    const bytes = Buffer.alloc(9);
    bytes.writeInt32LE(7, 1);
    const decoded = decodeTensors([spec], [bytes.subarray(1)]);
    expect([...valuesOf(decoded, 'a', 'int32')]).toEqual([7, 0]);
  });

  it.each([
    ['a frame of another length', [spec], [Buffer.alloc(4)]],
    ['a shape of another size', [{ ...spec, shape: [3] }], [Buffer.alloc(8)]],
    ['a frame that did not come', [{ ...spec, loc: { kind: 'frame' as const, frame: 1 } }], [Buffer.alloc(8)]],
    ['fewer frames than tensors', [spec], []],
    ['two tensors of one name', [spec, spec], [Buffer.alloc(8), Buffer.alloc(8)]],
    ['a file', [{ ...spec, loc: { kind: 'file' as const, path: 'x', offset: 0, sha256: 'a' } }], [Buffer.alloc(8)]],
  ])('refuses %s', (_what, specs, frames) => {
    expect(() => decodeTensors(specs, frames)).toThrow();
  });
});

describe('valuesOf()', () => {
  it('names a tensor that is missing or of another type', () => {
    const given = { a: int32Tensor(new Int32Array(1)) };
    expect(() => valuesOf(given, 'b', 'int32')).toThrow("Cannot use tensor 'b': nothing came, int32 is needed");
    expect(() => valuesOf(given, 'a', 'float32')).toThrow("Cannot use tensor 'a': int32 came, float32 is needed");
  });
});
