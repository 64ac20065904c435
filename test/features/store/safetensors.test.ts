import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  readSafetensors,
  readSafetensorsRows,
  readSafetensorsShapes,
  readSafetensorsSlices,
  tensorOf,
  valuesOf,
  writeSafetensors,
} from '../../../src/features/store/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'balpm-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tensors = new Map([
  ['ids', tensorOf(Int32Array.of(1, -2, 3), [3])],
  ['distances', tensorOf(Float64Array.of(0.5, Number.POSITIVE_INFINITY), [1, 2])],
  ['features', tensorOf(Float32Array.of(1.5, -2.25, 3, 4, 5, 6), [2, 3])],
  ['empty', tensorOf(new Int32Array(0), [0, 3])],
]);

const written = (name: string): string => {
  const path = join(folder, name);
  writeSafetensors(path, tensors);
  return path;
};

/** A file with that header and that many zero bytes after it. */
const fileWith = (name: string, header: string, dataBytes = 0): string => {
  const path = join(folder, name);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]));
  return path;
};

test('readSafetensors() gives back what writeSafetensors() wrote', async () => {
  const path = written('round-trip.safetensors');
  const read = await readSafetensors(path);
  expect([...read.keys()].sort()).toEqual(['distances', 'empty', 'features', 'ids']);
  expect(valuesOf(read, 'distances', 'float64', path)).toEqual({
    values: Float64Array.of(0.5, Number.POSITIVE_INFINITY),
    shape: [1, 2],
  });
  expect(valuesOf(read, 'ids', 'int32', path).values).toEqual(Int32Array.of(1, -2, 3));
  expect(valuesOf(read, 'features', 'float32', path).shape).toEqual([2, 3]);
  expect(valuesOf(read, 'empty', 'int32', path)).toEqual({ values: new Int32Array(0), shape: [0, 3] });
});

test('readSafetensorsShapes() reads types and shapes from the header alone', async () => {
  const shapes = await readSafetensorsShapes(written('shapes.safetensors'));
  expect(shapes.get('features')).toEqual({ dtype: 'float32', shape: [2, 3] });
});

test('readSafetensorsSlices() yields an array in slices of the size asked for', async () => {
  const slices: Uint8Array[] = [];
  for await (const slice of readSafetensorsSlices(written('slices.safetensors'), 'features', 16)) slices.push(slice);
  expect(slices.map(({ length }) => length)).toEqual([16, 8]);
  expect(new Float32Array(slices[1]!.buffer)).toEqual(Float32Array.of(5, 6));
});

test('readSafetensorsRows() reads rows in the order asked for, a row twice too', async () => {
  const path = written('rows.safetensors');
  const bytes = await readSafetensorsRows(path, 'features', [1, 0, 1]);
  expect(new Float32Array(bytes.buffer)).toEqual(Float32Array.of(4, 5, 6, 1.5, -2.25, 3, 4, 5, 6));
  await expect(readSafetensorsRows(path, 'weights', [0])).rejects.toThrow(
    /rows\.safetensors': there is no tensor 'weights', one of this name is needed$/,
  );
});

test('writeSafetensors() writes the same bytes for the same tensors in any order', () => {
  const path = join(folder, 'reversed.safetensors');
  writeSafetensors(path, new Map([...tensors].toReversed()));
  expect(readFileSync(path).equals(readFileSync(written('ordered.safetensors')))).toBe(true);
});

test('writeSafetensors() aligns the data to 8 bytes', () => {
  const bytes = readFileSync(written('aligned.safetensors'));
  expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
});

test('valuesOf() names the missing tensor and the wrong element type', async () => {
  const path = written('wrong.safetensors');
  const read = await readSafetensors(path);
  expect(() => valuesOf(read, 'radius', 'float64', path)).toThrow(
    `Cannot read tensors '${path}': there is no tensor 'radius', a float64 tensor 'radius' is needed`,
  );
  expect(() => valuesOf(read, 'ids', 'float64', path)).toThrow(
    /tensor 'ids' is int32, a float64 tensor 'ids' is needed/,
  );
});

test('readSafetensors() refuses a missing file', async () => {
  await expect(readSafetensors(join(folder, 'absent'))).rejects.toThrow(
    `Cannot read tensors '${join(folder, 'absent')}': there is no such file, a safetensors file is needed`,
  );
});

test('readSafetensors() refuses a file cut anywhere', async () => {
  const whole = readFileSync(written('whole.safetensors'));
  const path = join(folder, 'cut.safetensors');
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(path, whole.subarray(0, length));
    await expect(readSafetensors(path)).rejects.toMatchObject({ kind: 'data' });
  }
});

const entry = (fields: object): string =>
  JSON.stringify({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });

test.each([
  ['a header that is no JSON', fileWith('text', 'not json', 8), /its header is not a JSON object/],
  ['a header that is a list', fileWith('list', '[1]', 8), /its header is not a JSON object/],
  ['an unknown element type', fileWith('type', entry({ dtype: 'F8_E4M3' }), 8), /element type 'F8_E4M3'/],
  ['a missing shape', fileWith('shape', entry({ shape: undefined }), 8), /tensor 'x' has a malformed header entry/],
  [
    'a size that does not fit the shape',
    fileWith('size', entry({ shape: [3] }), 8),
    /tensor 'x' has 8 bytes, 12 for its shape are needed/,
  ],
  ['a gap', fileWith('gap', entry({ data_offsets: [8, 16] }), 16), /tensor 'x' starts at 8, 0, without gap/],
  ['bytes after the last tensor', fileWith('tail', entry({}), 12), /4 bytes follow the last tensor/],
  ['truncated data', fileWith('short', entry({}), 4), /it is truncated to 4 bytes, 8 bytes are needed/],
])('readSafetensors() refuses %s', async (_what, path, message) => {
  await expect(readSafetensors(path)).rejects.toThrow(message);
});

test('readSafetensors() refuses a header longer than any real one without reading it', async () => {
  const path = join(folder, 'long');
  writeFileSync(path, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x7f]));
  await expect(readSafetensors(path)).rejects.toThrow(/its header claims 9151314442816847872 bytes/);
});
