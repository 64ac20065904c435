import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placePairs, poolPlane } from '../../../bench/finding/pool-plane.ts';
import { readSafetensors, writeSafetensors } from '../../../src/features/store/safetensors.ts';
import { openStream } from '../../../src/random/stream.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

/** Rows of N pairs: normal, each axis with its own spread, then mixed so that directions are no axes. */
function rowsOf(count: number, spreads: readonly number[]): number[][] {
  const stream = openStream([7, 'plane']);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
  const mixing = spreads.map(() => spreads.map(normal));
  return Array.from({ length: count }, () => {
    const source = spreads.map((spread) => spread * normal());
    return mixing.map((weights) => weights.reduce((sum, weight, axis) => sum + weight * source[axis]!, 0));
  });
}

/** Eigenvectors of a symmetric matrix by Jacobi's rotations, largest eigenvalue first: written for this test. */
function eigenvectors(matrix: number[][]): number[][] {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_row, i) => a.map((_other, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const rows of [a, v]) {
          for (let k = 0; k < size; k++) {
            const [x, y] = [rows[k]![p]!, rows[k]![q]!];
            [rows[k]![p], rows[k]![q]] = [c * x - s * y, s * x + c * y];
          }
        }
        for (let k = 0; k < size; k++) {
          const [x, y] = [a[p]![k]!, a[q]![k]!];
          [a[p]![k], a[q]![k]] = [c * x - s * y, s * x + c * y];
        }
      }
    }
  }
  const order = a.map((_row, i) => i).toSorted((i, j) => a[j]![j]! - a[i]![i]!);
  return order.map((column) => v.map((row) => row[column]!));
}

test('placePairs() projects onto the two leading eigenvectors of the second moments, each pair turned to the right', () => {
  const rows = rowsOf(200, [3, 2, 1, 0.5, 0.1]);
  const moments = rows[0]!.map((_v, i) =>
    rows[0]!.map((_w, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const [first, second] = eigenvectors(moments) as [number[], number[]];
  const along = (row: readonly number[], axis: readonly number[]) =>
    row.reduce((sum, value, i) => sum + value * axis[i]!, 0);
  const placed = placePairs({ values: Float64Array.from(rows.flat()), dimension: 5 });
  const sign = Math.sign(placed[0]![1] / (along(rows[0]!, second) * Math.sign(along(rows[0]!, first))));
  rows.forEach((row, item) => {
    const [x, y] = [along(row, first), along(row, second)];
    expect(placed[item]![0]).toBeCloseTo(Math.abs(x), 9);
    expect(placed[item]![1]).toBeCloseTo(sign * Math.sign(x) * y, 9);
  });
});

test('placePairs() places a pair where it places the pair turned around', () => {
  const rows = rowsOf(50, [2, 1, 0.5]);
  const turned = rows.map((row, item) => (item % 3 === 0 ? row.map((value) => -value) : row));
  const [one, other] = [rows, turned].map((all) => placePairs({ values: Float64Array.from(all.flat()), dimension: 3 }));
  expect(other).toEqual(one);
});

test('placePairs() gives numbers for pairs that are all equal answers, or all one difference', () => {
  expect(placePairs({ values: new Float64Array(6), dimension: 3 }).flat()).toEqual([0, 0, 0, 0]);
  const same = placePairs({ values: Float64Array.from([3, 4, 0, 3, 4, 0]), dimension: 3 });
  expect(same.map(([first]) => first)).toEqual([expect.closeTo(5, 9), expect.closeTo(5, 9)]);
  expect(same.flat().every(Number.isFinite)).toBe(true);
});

test('poolPlane() refuses a store whose features are no float32', async () => {
  const root = mkdtempSync(join(tmpdir(), 'plane-'));
  try {
    const { dataset, stores } = await writeTinyStores(root);
    expect((await poolPlane(dataset, stores[0]!, 'train')).size).toBeGreaterThan(0);
    const file = join(stores[0]!, 'features.safetensors');
    const tensors = new Map(await readSafetensors(file));
    const { shape, bytes } = tensors.get('responses')!;
    tensors.set('responses', { dtype: 'float16', shape, bytes: bytes.slice(0, bytes.length / 2) });
    rmSync(file);
    writeSafetensors(file, tensors);
    await expect(poolPlane(dataset, stores[0]!, 'train')).rejects.toThrow(
      "tensor 'responses' is float16, a float32 tensor 'responses' is needed",
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});
