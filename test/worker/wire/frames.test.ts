import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MAGIC } from '../../../src/protocol/envelope.ts';
import type { TensorSpec } from '../../../src/protocol/tensor.ts';
import { packTensors } from '../../../src/worker/tensors/pack-tensors.ts';
import {
  float32Tensor,
  float64Tensor,
  int32Tensor,
  type Tensors,
  valuesOf,
} from '../../../src/worker/tensors/tensor.ts';
import { TensorFiles } from '../../../src/worker/tensors/tensor-files.ts';
import { unpackTensors } from '../../../src/worker/tensors/unpack-tensors.ts';
import {
  decodeTensor,
  describeTensors,
  encodeMessage,
  parseHeader,
  splitMessage,
} from '../../../src/worker/wire/frames.ts';

const frameAt = (index: number) => ({ kind: 'frame' as const, frame: index });
const spec: TensorSpec = { name: 'a', dtype: 'int32', shape: [2], order: 'C', nbytes: 8, loc: frameAt(0) };
const noFiles = new TensorFiles({ session: 'none', sharedMemory: null });

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
  it('is undone by splitMessage() and unpackTensors()', async () => {
    await fc.assert(
      fc.asyncProperty(tensors, async (sent) => {
        const { specs, inline } = await packTensors(sent, 'a test', noFiles);
        const frames = encodeMessage({ specs }, inline, 'a test').map((frame) => Buffer.from(frame));
        const split = splitMessage(frames);
        expect(JSON.parse(String(split?.header))).toEqual(JSON.parse(JSON.stringify({ specs })));
        expect(await unpackTensors(specs, split?.tensorFrames ?? [], noFiles)).toEqual({ ...sent });
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

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseHeader()', () => {
  it('reads JSON', () => {
    expect(parseHeader(Buffer.from('{"a":[1.0,"é","\\ud83d\\ude00",null]}'))).toEqual({ a: [1, 'é', '😀', null] });
    expect(parseHeader(Buffer.from(nested(65)))).toBeDefined();
  });

  test.each([
    ['a number outside of float64', '[1e400]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['a lone surrogate in a key', '{"\\udc00":1}'],
    ['too deep nesting', nested(66)],
    ['a key that changes what it is put into', '{"__proto__":1}'],
    ['a mark of byte order', '\u{feff}{}'],
    ['nothing', ''],
    ['more than a header may take', `"${'x'.repeat(1 << 20)}"`],
  ])('refuses %s', (_what, text) => {
    expect(() => parseHeader(Buffer.from(text))).toThrow();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseHeader(Buffer.from([0x22, 0xff, 0x22]))).toThrow();
  });
});
