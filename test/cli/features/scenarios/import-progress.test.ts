import { expect, test } from 'vitest';
import { renderImportProgress } from '../../../../src/cli/features/import-features.ts';

test('renderImportProgress() tells megabytes, rows, rows a second and the time left', () => {
  const metrics = { rows: 4096, rowsPerSecond: 1234.5, bytesPerSecond: 100e6 };
  expect(renderImportProgress({ done: 3e9, total: 12e9, metrics, note: 'converting pairs train' })).toBe(
    'converting pairs train ██████░░░░░░░░░░░░░░░░░░ 3000/12000 MB  4,096 rows  1,235/s  1 min 30 s left',
  );
});

test('renderImportProgress() names the phase alone where no rate is known', () => {
  expect(renderImportProgress({ done: 1, total: 3, metrics: {}, note: 'writing responses' })).toBe(
    'writing responses …',
  );
  expect(renderImportProgress({ done: 0, total: null, metrics: {}, note: null })).toBe('working …');
});
