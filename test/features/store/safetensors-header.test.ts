import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSafetensorsShapes, type StoredTensor, writeSafetensors } from '../../../src/features/store/safetensors.ts';
import { type DType, ITEM_SIZE } from '../../../src/protocol/tensor.ts';
import { readGolden } from '../../support/read-golden.ts';

interface Golden {
  /** Our element types by their codes. */
  readonly types: Readonly<Record<string, DType>>;
  readonly read: readonly {
    readonly what: string;
    readonly header: string;
    readonly dataBytes: number;
    readonly tensors: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>> | null;
  }[];
  readonly written: readonly {
    readonly dtype: DType;
    readonly dimension: number;
    readonly rows: Readonly<Record<string, number>>;
    readonly splits: Readonly<Record<string, number>>;
    readonly header: string;
    readonly dataBytes: number;
  }[];
}

const golden = readGolden('safetensors.json') as Golden;
const folder = mkdtempSync(join(tmpdir(), 'balpm-safetensors-header-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with that header and zeros after it. */
function fileOf(header: string, dataBytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

test.each(golden.read)('a header with $what is judged as in Python', async ({ what, header, dataBytes, tensors }) => {
  const path = join(folder, what);
  writeFileSync(path, fileOf(header, dataBytes));
  const shapes = readSafetensorsShapes(path);
  if (tensors === null) return expect(shapes).rejects.toThrow('Cannot read tensors');
  const expected = Object.entries(tensors).map(([name, { dtype, shape }]) => [
    name,
    { dtype: golden.types[dtype], shape },
  ]);
  return expect(Object.fromEntries(await shapes)).toEqual(Object.fromEntries(expected));
});

const zeros = (dtype: DType, rows: number, width: number): StoredTensor => ({
  dtype,
  shape: [rows, width],
  bytes: new Uint8Array(rows * width * ITEM_SIZE[dtype]),
});

test.each(golden.written)('a store of $dtype is written as in Python', (store) => {
  const features = Object.entries(store.rows).map(
    ([name, rows]) => [name, zeros(store.dtype, rows, store.dimension)] as const,
  );
  const splits = Object.entries(store.splits).map(([name, rows]) => [name, zeros('int32', rows, 3)] as const);
  const path = join(folder, store.dtype);
  writeSafetensors(path, new Map([...splits, ...features]));
  expect(readFileSync(path)).toEqual(fileOf(store.header, store.dataBytes));
});
