import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BalpmError } from '../../src/base/errors.ts';
import { writePdfReport } from '../../src/report/write-pdf-report.ts';
import { simulatedRuns } from '../evaluation/oracles/simulated-runs.ts';
import { fakePython, PYTHON } from '../worker/test-worker.ts';

const place = mkdtempSync(join(tmpdir(), 'balpm-pdf-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const runs = simulatedRuns({
  efficiency: { random: 1, 'batch-entropy': 1.5, 'a $5 & $6 policy': 0.6 },
  seeds: [1, 2, 3, 4, 5],
  rounds: 8,
  noise: 0.001,
  world: 'report',
});
const written = await writePdfReport(runs, join(place, 'first'), { interpreter: PYTHON });
const read = (path: string): string => readFileSync(path, 'latin1');
const pagesOf = (pdf: string): number => pdf.match(/\/Type \/Page\b/g)?.length ?? 0;

describe('writePdfReport()', () => {
  test('writes a PDF a figure, and all of them as pages of one', () => {
    expect(written.figures).toHaveLength(12);
    expect(readdirSync(join(place, 'first', 'figures'))).toHaveLength(12);
    for (const path of written.figures) {
      expect(read(path).slice(0, 5), path).toBe('%PDF-');
      expect(pagesOf(read(path)), path).toBe(1);
    }
    expect(written.page).toBe(join(place, 'first', 'figures.pdf'));
    expect(pagesOf(read(written.page))).toBe(12);
  });

  test('embeds its fonts as TrueType and has no date in it', () => {
    for (const path of [...written.figures, written.page]) {
      expect(read(path), path).toMatch(/\/FontFile2 .*\/FontName \/[A-Z]{6}\+DejaVuSans/s);
      expect(read(path), path).not.toMatch(/\/Type3|CreationDate/);
    }
  });

  test('gives equal bytes for equal runs, and takes away what is no longer drawn and nothing else', async () => {
    const folder = join(place, 'second', 'figures');
    await writePdfReport(runs.toReversed(), join(place, 'second'), { interpreter: PYTHON });
    for (const name of readdirSync(folder))
      expect(read(join(folder, name)), name).toBe(read(join(place, 'first', 'figures', name)));
    expect(read(join(place, 'second', 'figures.pdf'))).toBe(read(written.page));
    writeFileSync(join(folder, 'curve.svg'), 'mine');
    const { figures } = await writePdfReport(runs.slice(0, 1), join(place, 'second'), { interpreter: PYTHON });
    expect(readdirSync(folder).toSorted()).toEqual(
      [...figures.map((path) => path.slice(folder.length + 1)), 'curve.svg'].toSorted(),
    );
    expect(figures.length).toBeLessThan(12);
  });

  test('writes nothing and says how to get matplotlib where there is none', async () => {
    const interpreter = fakePython('if [ "$1" = -c ]; then echo "$0"; else exec "$PYTHON" -S "$@"; fi');
    const failure = await writePdfReport(runs, join(place, 'none'), { interpreter }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BalpmError);
    expect(failure).toMatchObject({
      kind: 'environment',
      message: `Cannot draw figures as PDF: Python '${interpreter}' does not have matplotlib; run npm run setup, or ${interpreter} -m pip install matplotlib`,
    });
    expect(existsSync(join(place, 'none'))).toBe(false);
  });

  test('stops when it is told to, writing nothing', async () => {
    const options = { interpreter: PYTHON, signal: AbortSignal.timeout(300) };
    await expect(writePdfReport(runs, join(place, 'stopped'), options)).rejects.toMatchObject({ kind: 'stopped' });
    expect(existsSync(join(place, 'stopped'))).toBe(false);
  });
});
