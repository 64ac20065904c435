import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { batchDiagnostic } from '../../src/diagnostics/batch-diagnostic.ts';
import type { DiagnosticLine } from '../../src/diagnostics/diagnostic-line.ts';
import { openDiagnostics } from '../../src/diagnostics/diagnostics-file.ts';
import { readDiagnostics } from '../../src/diagnostics/read-diagnostics.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const values = Float64Array.of(1, 2, 3);
const batch = batchDiagnostic({
  picks: Int32Array.of(0, 2),
  distances: values,
  uncertainty: null,
  others: new Map(),
});
const splits = (round: number): DiagnosticLine => ({ type: 'splits', round, uncertainty: 'epistemic', splits: {} });
const chosen = (round: number): DiagnosticLine => ({ type: 'batch', round, uncertainty: null, batch });

test('openDiagnostics() drops torn lines and those whose event never came; a line is known once', () => {
  const path = join(scratch.path, 'killed.jsonl');
  const file = openDiagnostics(path, { measured: 0, chosen: 1 });
  expect(existsSync(path)).toBe(false);
  expect(readDiagnostics(path)).toEqual([]);
  for (const line of [splits(0), chosen(1), splits(1), splits(1), chosen(2)]) file.append(line);
  appendFileSync(path, '{"type":"splits","rou');
  openDiagnostics(path, { measured: 2, chosen: 2 }).append(chosen(2));
  expect(readDiagnostics(path)).toEqual([splits(0), chosen(1), splits(1), chosen(2)]);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5);
});

test('readDiagnostics() leaves out lines of another version', () => {
  const path = join(scratch.path, 'other.jsonl');
  appendFileSync(path, '{"type":"other"}\nnull\n[]\n');
  openDiagnostics(path, { measured: 9, chosen: 9 }).append(splits(0));
  expect(readDiagnostics(path)).toEqual([splits(0)]);
});
