import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensorOf, writeSafetensors } from '../../src/features/store/safetensors.ts';
import { readRows, type StoredMatrix } from '../../src/quality/matrix.ts';
import { summariseMatrix } from '../../src/quality/summarise-matrix.ts';
import { surveyMatrix } from '../../src/quality/survey-matrix.ts';
import { openStream } from '../../src/random/stream.ts';
import { temporaryDirectory } from '../data/fixtures.ts';

const folder = temporaryDirectory();
const signal = new AbortController().signal;
const none = { queries: new Float32Array(0), signal };

/** Writes rows as the prompts of a file. */
function matrixOf(name: string, rows: readonly (readonly number[])[]): StoredMatrix {
  const file = join(folder, `${name}.safetensors`);
  const columns = rows[0]!.length;
  writeSafetensors(file, new Map([['prompts', tensorOf(Float32Array.from(rows.flat()), [rows.length, columns])]]));
  return { file, name: 'prompts', dtype: 'float32', rows: rows.length, columns };
}

const THREE = [
  [3, 4, 7, 0],
  [-3, 4, 7, 0],
  [3, 4, 7, 0],
];

describe('surveyMatrix()', () => {
  test('tells norms, moments, distances and which rows are equal', async () => {
    const matrix = matrixOf('three', THREE);
    const queries = await readRows(matrix, [1]);
    const { norms, means, deviations, distances, fingerprints } = await surveyMatrix(matrix, { queries, signal });
    expect([...norms]).toEqual([1, 1, 1].map(() => Math.sqrt(9 + 16 + 49)));
    expect([...means]).toEqual([1, 4, 7, 0]);
    expect(deviations[0]).toBeCloseTo(Math.sqrt(8), 12);
    expect([...deviations.subarray(1)]).toEqual([0, 0, 0]);
    expect(distances.map((row) => [...row])).toEqual([[6, 0, 6]]);
    expect([fingerprints[0] === fingerprints[2], fingerprints[0] === fingerprints[1]]).toEqual([true, false]);
  });

  test('gives the same moments from many blocks as from two passes over everything', async () => {
    const stream = openStream(['survey-test']);
    const rows = Array.from({ length: 3000 }, () => Array.from({ length: 1000 }, () => 1000 + stream.normal()));
    const { means, deviations, norms } = await surveyMatrix(matrixOf('many', rows), none);
    const column = rows.map((row) => Math.fround(row[17]!));
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    expect(means[17]).toBeCloseTo(mean, 8);
    expect(deviations[17]).toBeCloseTo(Math.sqrt(variance), 8);
    expect(norms[2999]).toBeCloseTo(Math.hypot(...rows[2999]!), 2);
  });

  test('reads 16-bit types by their values', async () => {
    const file = join(folder, 'half.safetensors');
    const bytes = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0000, 0x4200).buffer); // 1, −2, 0, 3
    writeSafetensors(file, new Map([['prompts', { dtype: 'float16', shape: [2, 2], bytes }]]));
    const matrix = { file, name: 'prompts', dtype: 'float16', rows: 2, columns: 2 } as const;
    const { means, norms } = await surveyMatrix(matrix, none);
    expect([[...means], norms[1]]).toEqual([[0.5, 0.5], 3]);
  });

  test('stops when its signal is aborted', async () => {
    await expect(
      surveyMatrix(matrixOf('stopped', THREE), { ...none, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      kind: 'stopped',
      message: expect.stringMatching(/it was stopped, a new call is needed$/),
    });
  });
});

describe('summariseMatrix()', () => {
  const summarise = async (name: string, rows: readonly (readonly number[])[]) => {
    const matrix = matrixOf(name, rows);
    return summariseMatrix(matrix, await surveyMatrix(matrix, none));
  };

  test('counts dead and constant dimensions and finds the massive one', async () => {
    const summary = await summarise('kinds', THREE);
    expect(summary.dead).toEqual({ count: 1, first: [3] });
    expect(summary.constant).toEqual({ count: 2, first: [1, 2] });
    expect(summary.variance.largest[0]).toEqual({ dimension: 0, share: 1 });
    expect(summary.variance).toMatchObject({ ten: 1, effective: 1 });
    expect(summary.squares[0]!.dimension).toBe(2);
  });

  test('calls a dimension nearly constant that varies a thousandth of the others', async () => {
    const rows = [-1, 1].map((side) => [side, 2 * side, 3 * side, 5 + 1e-4 * side]);
    expect((await summarise('nearly', rows)).nearConstant).toEqual({ count: 1, first: [3] });
  });

  test('finds a space of equal dimensions as spread as it has dimensions', async () => {
    const rows = Array.from({ length: 8 }, (_, row) => [0, 1, 2].map((bit) => ((row >> bit) & 1 ? 1 : -1)));
    const { variance, norms } = await summarise('cube', rows);
    expect(variance.effective).toBeCloseTo(3, 12);
    expect(variance.cumulative.at(-1)).toEqual({ dimensions: 3, share: 1 });
    expect(norms.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(8);
  });

  test('counts rows of zeros and every row in its histogram', async () => {
    const { norms } = await summarise('zeros', [[0], [0], [3], [1]]);
    expect(norms).toMatchObject({ zero: 2, min: 0, median: 0.5, max: 3 });
    expect([norms.histogram.counts[0], norms.histogram.counts.at(-1)]).toEqual([2, 1]);
  });
});
