import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MAGIC } from '../../../src/protocol/envelope.ts';
import { packTensors } from '../../../src/worker/tensors/pack-tensors.ts';
import { float32Tensor, float64Tensor, int32Tensor, type Tensors } from '../../../src/worker/tensors/tensor.ts';
import { TensorFiles } from '../../../src/worker/tensors/tensor-files.ts';
import { unpackTensors } from '../../../src/worker/tensors/unpack-tensors.ts';
import { encodeMessage, parseHeader, splitMessage } from '../../../src/worker/wire/frames.ts';

const noFiles = new TensorFiles({ session: 'none', sharedMemory: null });
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

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

describe('splitMessage()', () => {
  it('drops a message without the mark', () => {
    expect(splitMessage([Buffer.from('other/1'), Buffer.from('{}')])).toBeUndefined();
    expect(splitMessage([Buffer.from(MAGIC)])).toBeUndefined();
  });
});

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
