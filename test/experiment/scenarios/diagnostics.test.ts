import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DiagnosticLine } from '../../../src/diagnostics/diagnostic-line.ts';
import { readDiagnostics } from '../../../src/diagnostics/read-diagnostics.ts';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const at = (id: string): string => join(scratch.path, 'runs', id);
afterAll(scratch.remove);

const linesOf = (id: string): readonly DiagnosticLine[] => readDiagnostics(join(at(id), 'diagnostics.jsonl'));
const batchesOf = (id: string) => linesOf(id).filter((line) => line.type === 'batch');
const placesOf = (id: string): string[] => linesOf(id).map(({ type, round }) => `${type} ${round}`);

async function run(id: string, ...overrides: string[]): Promise<string[]> {
  const notes: string[] = [];
  await runExperiment({ config, id, overrides: ['rounds=3', ...overrides], onNote: (note) => void notes.push(note) });
  return notes;
}

describe('the diagnostics of a run', () => {
  test('have a line for every measured round and every batch, and warn once where uncertainty knows nothing', async () => {
    const notes = await run('top-k', 'acquisition.policy=top-k');
    expect(placesOf('top-k')).toEqual(['splits 0', 'batch 1', 'splits 1', 'batch 2', 'splits 2']);
    expect(notes.filter((note) => note.startsWith('warning: in round 1 uncertainty says nothing'))).toHaveLength(1);
    const [first] = batchesOf('top-k');
    expect(first).toMatchObject({ uncertainty: 'epistemic', batch: { pool: 224, picks: 8 } });
    expect(Object.keys(first!.batch.quantities)).toEqual([
      'uncertainty',
      'distance',
      'promptShare',
      'shorterAnswer',
      'longerAnswer',
    ]);
    expect(first!.batch.quantities['uncertainty']?.ratios.at(-1)).toBeGreaterThan(9);
  });

  test('speak of distance alone where the policy asks nothing of the posterior, and do not warn then', async () => {
    const notes = await run('random', 'acquisition.policy=random');
    expect(notes.filter((note) => note.startsWith('warning'))).toEqual([]);
    expect(batchesOf('random').map(({ uncertainty, batch }) => [uncertainty, batch.bins])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(batchesOf('random')[0]?.batch.quantities['distance']?.shift).not.toBeNull();
  });

  test('know uncertainty where the policy asks for another measure', async () => {
    await run('predictive', 'acquisition.policy=top-k', 'acquisition.top-k.measure=predictive');
    expect(batchesOf('predictive')[0]).toMatchObject({ uncertainty: 'epistemic' });
  });

  test('take the measure of the posterior where disagreement says nothing under it', async () => {
    const policy = ['acquisition.policy=top-k', 'acquisition.top-k.measure=lru', 'posterior.type=lru'];
    await run('lru', ...policy);
    expect(linesOf('lru').map(({ uncertainty }) => uncertainty)).toEqual(Array(5).fill('lru'));
  });

  test('take columns that came with the data', async () => {
    const column = join(scratch.path, 'price.jsonl');
    const lines = Array.from({ length: 240 }, (_, item) => `{"id":"train-${item + 1}","price":${item}}`);
    writeFileSync(column, lines.join('\n'));
    const policy = ['acquisition.policy=top-k', 'acquisition.top-k.measure=external:price'];
    await run('price', `data.columns=["${column}"]`, ...policy);
    const [first] = batchesOf('price');
    expect(first?.batch.quantities['external:price']).toMatchObject({ picks: { p50: expect.closeTo(235, -1) } });
    expect(first?.batch.quantities['external:price']?.ratios.at(-1)).toBeGreaterThan(8);
  });

  test('have no split where none is measured', async () => {
    await run('unmeasured', 'splits.evaluate=[]', 'acquisition.policy=top-k');
    expect(placesOf('unmeasured')).toEqual(['batch 1', 'batch 2']);
  });

  test('are shown with their warning, and explained per pick', async () => {
    const { stdout } = await balpm(['runs', 'show', at('top-k')]);
    expect(stdout).toMatch(/\nrank correlation of epistemic, round 3 +pairs +with error +with distance/);
    expect(stdout).toMatch(/\nbatch of round 2 against its pool +pool +picks/);
    const { stdout: document } = await balpm(['runs', 'explain', at('top-k'), '--round', '2', '--json']);
    const { picks, pool } = JSON.parse(document) as {
      pool: number;
      picks: { distance: { value: number; rank: number; uncertaintyAmongSimilar: number } }[];
    };
    const mean = picks.reduce((sum, { distance }) => sum + distance.value, 0) / picks.length;
    expect(mean).toBeCloseTo(batchesOf('top-k')[1]!.batch.quantities['distance']!.picks.mean, 10);
    expect(picks[0]?.distance.uncertaintyAmongSimilar).toBeGreaterThan(0.95);
    for (const { distance } of picks) expect(distance.rank).toBeLessThanOrEqual(pool);
  });

  test('are the same after a run was stopped and resumed', async () => {
    const overrides = ['rounds=3', 'acquisition.policy=top-k'];
    const stop = new AbortController();
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'batch.selected') stop.abort();
    };
    await runExperiment({ config, id: 'stopped', overrides, signal: stop.signal, onEvent });
    const file = join(at('stopped'), 'diagnostics.jsonl');
    writeFileSync(file, `${readFileSync(join(at('top-k'), 'diagnostics.jsonl'), 'utf8')}{"type":"spl`);
    expect((await balpm(['resume', at('stopped')])).status).toBe(0);
    expect(readFileSync(file)).toEqual(readFileSync(join(at('top-k'), 'diagnostics.jsonl')));
  });
});
